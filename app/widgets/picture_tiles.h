// Small pictures of one size in a grid that always fits, each pixel a whole number of pixels large: first-layer
// filters.
#pragma once

#include <QImage>
#include <QWidget>

#include <vector>

namespace reslens::widgets {

class PictureTiles : public QWidget {
    Q_OBJECT

public:
    explicit PictureTiles(QWidget *parent = nullptr);

    void setPictures(std::vector<QImage> pictures);
    int count() const { return int(m_pictures.size()); }
    void setCurrent(int index);
    int current() const { return m_current; }
    /// Where tile `index` is drawn.
    QRect tileRect(int index) const;

    QSize minimumSizeHint() const override { return {160, 80}; }
    QSize sizeHint() const override { return {320, 160}; }

signals:
    void currentChanged(int index); // by the person
    void hovered(int index);        // -1: none

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Layout {
        int columns = 1, scale = 1;
    };
    Layout layOut() const;
    int indexAt(QPoint point) const;
    void choose(int index);

    std::vector<QImage> m_pictures;
    int m_current = 0;
};

} // namespace reslens::widgets
