// The network along its length, one row each for the stem, every block and the head, with the numbers of each block.
// The ribbon draws it.
#pragma once

#include "models/block_quantity.h"
#include "nn/network.h"

#include <QAbstractListModel>

#include <algorithm>
#include <vector>

namespace reslens::models {

enum class SkipKind { None, Identity, Projection, ZeroPad };

/// The stem, a block, or the head.
struct BlockRow {
    enum class Kind { Stem, Block, Head };
    Kind kind = Kind::Block;
    QString name;      // "stem", "layer2.1", "head"
    QString shortName; // "stem", "2.1", "head"
    int stage = 0;     // from 1; 0 for stem and head
    Shape shape;       // the output's
    SkipKind skip = SkipKind::None;
    QString operations; // "conv 3x3/2, conv 3x3"
};

class BlockModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { KindRole = Qt::UserRole, ShortNameRole, StageRole, ShapeRole, SkipRole };

    using QAbstractListModel::QAbstractListModel;

    /// Makes the rows of `network` for one picture of its preprocessing's size, without numbers. All scales are 1.
    void setNetwork(const nn::Network &network, int inputSide);
    const BlockRow &row(int row) const { return m_rows[row]; }

    /// These arrive after the network and again with every run; they emit only dataChanged. Numbers for another count
    /// of blocks belong to another network and are ignored.
    void setContributions(std::vector<analysis::BlockContribution> contributions);
    void setFlow(analysis::GradientFlow flow);
    void setScales(std::vector<nn::BlockScale> scales); // empty: all 1
    /// Clears contributions and flow; the scales stay.
    void clearNumbers();

    int blockCount() const { return std::max(0, int(m_rows.size()) - 2); }
    /// Index in Network::blocks; -1 for the stem and the head.
    int blockOf(int row) const { return row >= 1 && row <= blockCount() ? row - 1 : -1; }
    int rowOf(int block) const { return block + 1; }
    /// Returns the facts of the block at `row`; empty for the stem and the head.
    study::BlockFacts numbers(int row) const;
    bool hasShortcut(int row) const { return m_rows[row].skip != SkipKind::None; }
    /// Returns a value per row.
    std::vector<std::optional<double>> values(const study::Quantity &quantity) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    void tellBlocks();

    std::vector<BlockRow> m_rows;
    std::vector<analysis::BlockContribution> m_contributions; // one per block, or empty
    analysis::GradientFlow m_flow;                            // the same
    std::vector<nn::BlockScale> m_scales;                     // one per block
};

/// "64 × 56 × 56": channels, rows, columns.
QString planeText(const Shape &shape);
QString skipText(SkipKind kind);

} // namespace reslens::models
