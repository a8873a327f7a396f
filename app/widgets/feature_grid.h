// Every channel of a tensor as a tile. Only visible tiles are painted, so that 2048 channels scroll as fast as 16.
#pragma once

#include "tensor/tensor.h"
#include "widgets/colour_map.h"
#include "widgets/map_canvas.h"

#include <QCache>
#include <QScrollBar>

#include <memory>
#include <vector>

namespace reslens::widgets {

/// The contents of the grid. `ranges` and `captions` are indexed by channel; `order` lists the shown channels.
struct FeatureMaps {
    std::shared_ptr<const Tensor> tensor;
    std::vector<int> order;
    std::vector<ValueRange> ranges;
    std::vector<QString> captions;
    ColourMap map;
};

/// The planes are the places in the order. The arrow keys move from tile to tile.
class FeatureGrid : public MapCanvas {
    Q_OBJECT

public:
    explicit FeatureGrid(QWidget *parent = nullptr);

    void setMaps(FeatureMaps maps);
    const FeatureMaps &maps() const { return m_maps; }
    int channelCount() const { return int(m_maps.order.size()); }

    /// Sets the wanted side of a tile's picture in pixels. The nearest whole multiple of the plane's side is used.
    void setTileSide(int pixels);
    void setCurrentChannel(int channel);
    int currentChannel() const { return m_current; }

    int planeCount() const override { return m_maps.tensor ? channelCount() : 0; }
    QRectF planeRect(int place) const override { return tileRect(place); }
    /// Returns the tile in whole pixels.
    QRect tileRect(int place) const;
    QSize sizeHint() const override { return {256, 192}; }
    QSize minimumSizeHint() const override { return {76, 76}; }

signals:
    void currentChannelChanged(int channel);
    void enlargeRequested(int channel);

protected:
    QSize extent() const override { return {m_maps.tensor->shape.w, m_maps.tensor->shape.h}; }
    float valueOf(int place, int row, int column) const override;
    std::optional<PixelAt> pixelAt(QPointF point) const override;
    QRectF viewRect(QPointF point) const override;
    QString spokenText() const override;
    void paintPlanes(QPainter &painter) override;
    void step(QPoint by) override;
    int pageStep() const override { return std::max(1, height() / cellSize().height()); }
    void click(QPointF point) override;
    void enter() override { emit enlargeRequested(m_current); }
    bool wheelZooms(Qt::KeyboardModifiers modifiers) const override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    QSize pictureSize() const;
    QSize cellSize() const;
    int roomWidth() const;
    int contentHeight() const;
    int columns() const;
    int firstVisiblePlace() const;
    int lastVisiblePlace() const;
    int placeAt(QPointF point) const; // includes the tile's caption; -1: no tile
    int currentPlace() const;         // 0 if the current channel is not shown
    const QImage &picture(int channel);
    void paintTile(QPainter &painter, int place);
    void paintHovered(QPainter &painter, int place) const;
    void paintCaption(QPainter &painter, int place) const;
    void layOut();

    FeatureMaps m_maps;
    QCache<int, QImage> m_pictures;
    QScrollBar m_bar;
    bool m_hasBar = false;
    int m_tileSide = 112;
    int m_current = 0;
};

} // namespace reslens::widgets
