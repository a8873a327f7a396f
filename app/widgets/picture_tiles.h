// Small pictures of one size, such as first-layer filters, in a grid that always fits. Each pixel is scaled by a whole
// number.
#pragma once

#include "widgets/map_canvas.h"

#include <QImage>

#include <vector>

namespace reslens::widgets {

class PictureTiles : public MapCanvas {
    Q_OBJECT

public:
    explicit PictureTiles(QWidget *parent = nullptr);

    void setPictures(std::vector<QImage> pictures);
    void setCurrent(int index);
    int current() const { return m_current; }

    int planeCount() const override { return int(m_pictures.size()); }
    QRectF planeRect(int index) const override { return tileRect(index); }
    /// Returns the tile in whole pixels.
    QRect tileRect(int index) const;
    QSize minimumSizeHint() const override { return {160, 80}; }
    QSize sizeHint() const override { return {320, 160}; }

signals:
    void currentChanged(int index); // by the person

protected:
    QSize extent() const override { return m_pictures.front().size(); }
    QString spokenText() const override;
    void paintPlanes(QPainter &painter) override;
    void step(QPoint by) override;
    int pageStep() const override { return 4; }
    void click(QPointF point) override;
    void enter() override { emit currentChanged(m_current); }
    std::optional<PixelAt> pixelAt(QPointF point) const override;

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
