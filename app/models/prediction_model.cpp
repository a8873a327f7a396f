#include "models/prediction_model.h"

#include <algorithm>

namespace reslens::models {

QString percentText(double probability)
{
    const double percent = 100 * probability;
    if (percent > 0 && percent < 0.005)
        return QStringLiteral("< 0.01 %");
    const int decimals = percent >= 99.95 || percent < 0.1 ? 2 : 1;
    return QStringLiteral("%1 %").arg(percent, 0, 'f', decimals);
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
        return tr("%1, probability %2, logit %3").arg(label, percentText(row.probability)).arg(row.logit, 0, 'f', 2);
    case Qt::ToolTipRole:
        return tr("%1\nclass %2 · probability %3 · logit %4")
            .arg(label)
            .arg(row.index)
            .arg(row.probability, 0, 'g', 6)
            .arg(row.logit, 0, 'f', 4);
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

} // namespace reslens::models
