// The top predictions as rows; the text columns copy as a table, the roles feed the bars.
#pragma once

#include "analysis/ranking.h"

#include <QAbstractTableModel>

#include <vector>

namespace reslens::models {

class PredictionModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { ClassColumn, ProbabilityColumn, LogitColumn, ColumnCount };
    enum Role { ProbabilityRole = Qt::UserRole, LogitRole, ClassIndexRole, LabelRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setPredictions(std::vector<analysis::Prediction> predictions);
    /// The row of class `classIndex`, or -1.
    int rowOf(int classIndex) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<analysis::Prediction> m_predictions;
};

/// "97.3 %", "0.004 %": as many digits as tell small probabilities apart.
QString percentText(double probability);

} // namespace reslens::models
