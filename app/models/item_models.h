// Qt item models: the pictures of the strip, the top predictions, the live controls of every block.
#pragma once

#include "analysis/ranking.h"
#include "nn/executor.h"
#include "nn/network.h"

#include <QAbstractListModel>
#include <QAbstractTableModel>
#include <QImage>

#include <vector>

namespace reslens::models {

/// The pictures of the strip: their names and, once decoded, their thumbnails.
class PictureModel : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void setNames(const QStringList &names);
    /// A null image marks a picture that could not be read. Rows that no longer exist are ignored.
    void setThumbnail(int row, const QImage &thumbnail);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Row {
        QString name;
        QImage thumbnail;
        bool isUnreadable = false;
    };
    std::vector<Row> m_rows;
};

/// The top predictions as rows. The text columns copy as a table, and the roles feed the bars.
class PredictionModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { ClassColumn, ProbabilityColumn, LogitColumn, ColumnCount };
    enum Role { ProbabilityRole = Qt::UserRole, LogitRole, ClassIndexRole, LabelRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setPredictions(std::vector<analysis::Prediction> predictions);
    /// Returns the row of class `classIndex`, or -1.
    int rowOf(int classIndex) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<analysis::Prediction> m_predictions;
};

/// Returns "97.3 %" or "0.004 %", with enough digits to tell small probabilities apart; "—" for NaN, where there is
/// none.
QString percentText(double probability);
/// Returns "logit 1.23", or "value 1.23" of an output that makes no probability, or "not finite".
QString outputText(double probability, double logit, int decimals = 2);

/// The live controls of every block as an editable table: the factors of skip and branch.
class ScaleModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { BlockColumn, SkipColumn, BranchColumn, ColumnCount };
    /// Qt::EditRole sets a factor for good, DragRole while the mouse is still down. A check mark stands for any factor
    /// other than 0.
    enum Role { DragRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setNetwork(const nn::Network &network);
    /// Takes one scale per block. The cells stay, so that an editor or a drag continues.
    void setScales(const std::vector<nn::BlockScale> &scales);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

signals:
    /// The person asks for this scale. setScales() then shows it.
    void edited(int block, reslens::nn::BlockScale scale, bool isFinal);

private:
    QString toolTip(const QModelIndex &index) const;

    std::vector<nn::Block> m_blocks;
    std::vector<nn::BlockScale> m_scales;
};

} // namespace reslens::models
