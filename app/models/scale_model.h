// The live controls of every block as a table that can be edited: the factor of its skip and of its branch.
#pragma once

#include "nn/executor.h"
#include "nn/network.h"

#include <QAbstractTableModel>

#include <vector>

namespace reslens::models {

class ScaleModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { BlockColumn, SkipColumn, BranchColumn, ColumnCount };
    /// Qt::EditRole sets a factor for good, DragRole while the mouse is still down. A check mark stands for any factor
    /// but 0.
    enum Role { DragRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setNetwork(const nn::Network &network);
    /// One for each block. Cells stay where they are, so that an editor or a drag goes on.
    void setScales(const std::vector<nn::BlockScale> &scales);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

signals:
    /// A person wants it so; what is shown changes by setScales().
    void edited(int block, reslens::nn::BlockScale scale, bool isFinal);

private:
    QString toolTip(const QModelIndex &index) const;

    std::vector<nn::Block> m_blocks;
    std::vector<nn::BlockScale> m_scales;
};

} // namespace reslens::models
