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

    QSize minimumSizeHint() const override { return {160, 120}; }

signals:
    void viewChanged(const reslens::widgets::PlaneView &view);
    void hovered(const std::optional<reslens::widgets::PixelAt> &pixel);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void fitHeight();
    QRectF pictureRect() const;
    QPointF fractionAt(QPointF point) const; // of the visible part

    std::shared_ptr<const Tensor> m_tensor;
    int m_channel = 0;
    QImage m_picture;
    PlaneView m_view;
    QPointF m_dragged;
};

} // namespace reslens::widgets
