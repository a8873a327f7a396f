// The pictures of the strip: names and, as they are decoded, thumbnails.
#pragma once

#include <QAbstractListModel>
#include <QImage>

#include <vector>

namespace reslens::models {

class PictureModel : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void setNames(const QStringList &names);
    /// A null image marks a picture that could not be read. Rows that are gone are ignored.
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

} // namespace reslens::models
