// The network along its length, one row each: the stem, every block, the head. The ribbon draws it.
#pragma once

#include "nn/network.h"

#include <QAbstractListModel>

#include <vector>

namespace reslens::models {

enum class SkipKind { None, Identity, Projection, ZeroPad };

/// One place along the network.
struct BlockRow {
    enum class Kind { Stem, Block, Head };
    Kind kind = Kind::Block;
    QString name;      // "stem", "layer2.1", "head"
    QString shortName; // "stem", "2.1", "head"
    int stage = 0;     // counts from 1; 0 for stem and head
    Shape shape;       // of its output
    SkipKind skip = SkipKind::None;
    QString operations; // "conv 3x3/2, conv 3x3"
};

class BlockModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { KindRole = Qt::UserRole, ShortNameRole, StageRole, ShapeRole, SkipRole };

    using QAbstractListModel::QAbstractListModel;

    /// Rows of `network` for one picture of its preprocessing's size.
    void setNetwork(const nn::Network &network, int inputSide);
    const BlockRow &row(int row) const { return m_rows[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    std::vector<BlockRow> m_rows;
};

/// "64 × 56 × 56": channels, rows, columns.
QString planeText(const Shape &shape);
QString skipText(SkipKind kind);

} // namespace reslens::models
