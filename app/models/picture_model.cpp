#include "models/picture_model.h"

#include <QStringList>

namespace reslens::models {

void PictureModel::setNames(const QStringList &names)
{
    beginResetModel();
    m_rows.clear();
    for (const QString &name : names)
        m_rows.push_back({name, {}, false});
    endResetModel();
}

void PictureModel::setThumbnail(int row, const QImage &thumbnail)
{
    if (row < 0 || row >= int(m_rows.size()))
        return;
    m_rows[row].thumbnail = thumbnail;
    m_rows[row].isUnreadable = thumbnail.isNull();
    emit dataChanged(index(row), index(row));
}

int PictureModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant PictureModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DecorationRole:
        return row.thumbnail.isNull() ? QVariant() : row.thumbnail;
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return row.name;
    case Qt::ToolTipRole:
        return row.isUnreadable ? tr("%1: cannot be read").arg(row.name) : row.name;
    default:
        return {};
    }
}

} // namespace reslens::models
