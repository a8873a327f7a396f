// One plane of a tensor, enlarged, with the value under the mouse and one selected place.
#pragma once

#include "tensor/tensor.h"
#include "widgets/colour_map.h"
#include "widgets/map_canvas.h"

#include <memory>

namespace reslens::widgets {

class MapView : public MapCanvas {
    Q_OBJECT

public:
    /// The selected place is a cell with an outline, or a point with a ring.
    enum class Mark { Cell, Point };

    explicit MapView(Mark mark = Mark::Point, QWidget *parent = nullptr);

    /// Shows channel `channel` of image 0. Null shows the placeholder.
    void setMap(std::shared_ptr<const Tensor> tensor, int channel, const ValueRange &range, const ColourMap &colours);

    int planeCount() const override { return m_tensor ? 1 : 0; }
    QRectF planeRect(int plane = 0) const override;
    QSize minimumSizeHint() const override { return {110, 90}; }
    QSize sizeHint() const override { return {240, 240}; }

protected:
    QSize extent() const override { return m_picture.size(); }
    float valueOf(int plane, int row, int column) const override;
    std::optional<PixelAt> pixelAt(QPointF point) const override;
    void paintPlanes(QPainter &painter) override;
    bool wheelZooms(Qt::KeyboardModifiers) const override { return true; }
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitHeight();

    Mark m_style;
    std::shared_ptr<const Tensor> m_tensor;
    int m_channel = 0;
    QImage m_picture; // one pixel per value
};

} // namespace reslens::widgets
