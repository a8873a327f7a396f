// One channel, large: zoom with the wheel, drag to pan, values under the mouse.
#pragma once

#include "widgets/feature_grid.h"

#include <QWidget>

namespace reslens::widgets {

class PlaneWidget : public QWidget {
    Q_OBJECT

public:
    explicit PlaneWidget(QWidget *parent = nullptr);

    void setPlane(std::shared_ptr<const Tensor> tensor, int channel, const ValueRange &range, const ColourMap &map);
    void setView(const PlaneView &view);
    /// A selected place, in fractions of the plane.
    void setMark(std::optional<QPointF> fraction);

    QSize minimumSizeHint() const override { return {160, 120}; }

signals:
    void viewChanged(const reslens::widgets::PlaneView &view);
    void hovered(const std::optional<reslens::widgets::PixelAt> &pixel);
    void clicked(const reslens::widgets::PixelAt &pixel); // without a drag

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void fitHeight();
    QRectF pictureRect() const;
    QPointF fractionAt(QPointF point) const; // of the visible part
    std::optional<PixelAt> pixelAt(QPointF point) const;

    std::shared_ptr<const Tensor> m_tensor;
    int m_channel = 0;
    QImage m_picture;
    PlaneView m_view;
    QPointF m_dragged, m_pressed;
    std::optional<QPointF> m_mark;
};

} // namespace reslens::widgets
