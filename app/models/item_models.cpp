#include "models/item_models.h"

#include "models/tr.h"

#include "error/printable.h"
#include "models/table.h"

#include <QStringList>

#include <algorithm>

namespace reslens::models {

void PictureModel::setNames(const QStringList &names)
{
    beginResetModel();
    m_rows.clear();
    for (const QString &name : names)
        m_rows.push_back({QString::fromStdString(printable(name.toStdString())), {}, false});
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
        return plainToolTip(row.isUnreadable ? tr("%1: cannot be read").arg(row.name) : row.name);
    default:
        return {};
    }
}

QString percentText(double probability)
{
    if (std::isnan(probability))
        return QStringLiteral("—");
    const double percent = 100 * probability;
    if (percent > 0 && percent < 0.005)
        return QStringLiteral("< 0.01 %");
    const int decimals = percent >= 99.95 || percent < 0.1 ? 2 : 1;
    return QStringLiteral("%1 %").arg(percent, 0, 'f', decimals);
}

QString outputText(double probability, double logit, int decimals)
{
    if (!std::isfinite(logit))
        return tr("not finite");
    const QString number = QString::number(logit, 'f', decimals);
    return std::isnan(probability) ? tr("value %1").arg(number) : tr("logit %1").arg(number);
}

void PredictionModel::setPredictions(std::vector<analysis::Prediction> predictions)
{
    beginResetModel();
    m_predictions = std::move(predictions);
    endResetModel();
}

int PredictionModel::rowOf(int classIndex) const
{
    const auto found = std::ranges::find(m_predictions, classIndex, &analysis::Prediction::index);
    return found == m_predictions.end() ? -1 : int(found - m_predictions.begin());
}

int PredictionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_predictions.size());
}

int PredictionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PredictionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const analysis::Prediction &row = m_predictions[index.row()];
    const QString label = QString::fromStdString(row.label);
    switch (role) {
    case ProbabilityRole:
        return row.probability;
    case LogitRole:
        return row.logit;
    case ClassIndexRole:
        return row.index;
    case LabelRole:
        return label;
    case Qt::AccessibleTextRole:
        return tr("%1, probability %2, %3")
            .arg(label, percentText(row.probability), outputText(row.probability, row.logit));
    case Qt::ToolTipRole:
        return plainToolTip(tr("%1\nclass %2 · probability %3 · %4")
                                .arg(label, QString::number(row.index),
                                     std::isnan(row.probability) ? percentText(row.probability)
                                                                 : QString::number(row.probability, 'g', 6),
                                     outputText(row.probability, row.logit, 4)));
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case ClassColumn:
        return label;
    case ProbabilityColumn:
        return percentText(row.probability);
    default:
        return QString::number(row.logit, 'f', 2);
    }
}

QVariant PredictionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case ClassColumn:
        return tr("Class");
    case ProbabilityColumn:
        return tr("Probability");
    case LogitColumn:
        return tr("Logit");
    default:
        return {};
    }
}

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
        return (isSkip ? tr("skip of %1, α = %2") : tr("branch of %1, β = %2")).arg(name, QString::number(factor));
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
