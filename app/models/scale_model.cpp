#include "models/scale_model.h"

namespace reslens::models {

void ScaleModel::setNetwork(const nn::Network &network)
{
    beginResetModel();
    m_blocks = network.blocks;
    m_scales.assign(m_blocks.size(), {});
    endResetModel();
}

void ScaleModel::setScales(const std::vector<nn::BlockScale> &scales)
{
    if (scales.size() != m_blocks.size() || scales == m_scales)
        return;
    m_scales = scales;
    emit dataChanged(index(0, SkipColumn), index(rowCount() - 1, BranchColumn));
}

int ScaleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_blocks.size());
}

int ScaleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ScaleModel::toolTip(const QModelIndex &index) const
{
    if (index.column() == SkipColumn)
        return tr("α: how strongly the skip counts in u = α·s + β·F. 0 cuts it. Drag, or type a number.");
    if (index.column() == BranchColumn)
        return tr("β: how strongly the branch counts in u = α·s + β·F. 0 is the lesion. Drag, or type a number.");
    return m_blocks[std::size_t(index.row())].identity ? tr("identity skip") : tr("skip that changes the shape");
}

QVariant ScaleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QString name = QString::fromStdString(m_blocks[std::size_t(index.row())].name);
    if (role == Qt::ToolTipRole)
        return toolTip(index);
    if (index.column() == BlockColumn)
        return role == Qt::DisplayRole ? QVariant(name) : QVariant();
    const nn::BlockScale scale = m_scales[std::size_t(index.row())];
    const bool isSkip = index.column() == SkipColumn;
    const double factor = double(isSkip ? scale.alpha : scale.beta);
    switch (role) {
    case Qt::DisplayRole:
        return QString::number(factor, 'f', 2);
    case Qt::EditRole:
        return factor;
    case Qt::CheckStateRole:
        return factor != 0 ? Qt::Checked : Qt::Unchecked;
    case Qt::AccessibleTextRole:
        return (isSkip ? tr("skip of %1, α = %2") : tr("branch of %1, β = %2")).arg(name).arg(factor);
    default:
        return {};
    }
}

bool ScaleModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() == BlockColumn)
        return false;
    if (role != Qt::EditRole && role != DragRole && role != Qt::CheckStateRole)
        return false;
    nn::BlockScale scale = m_scales[std::size_t(index.row())];
    float &factor = index.column() == SkipColumn ? scale.alpha : scale.beta;
    factor = role == Qt::CheckStateRole ? (value.toInt() == Qt::Checked ? 1.0f : 0.0f) : value.toFloat();
    emit edited(index.row(), scale, role != DragRole);
    return true;
}

QVariant ScaleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == SkipColumn ? tr("skip · α") : section == BranchColumn ? tr("branch · β") : tr("block");
}

Qt::ItemFlags ScaleModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == BlockColumn ? flags : flags | Qt::ItemIsEditable | Qt::ItemIsUserCheckable;
}

} // namespace reslens::models
