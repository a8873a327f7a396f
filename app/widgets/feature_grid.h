// Every channel of a tensor as a tile. Only the visible tiles are painted, so that 2048 channels scroll as fast as 16.
#pragma once

#include "tensor/tensor.h"
#include "widgets/colour_map.h"
#include "widgets/plane_view.h"

#include <QAbstractScrollArea>
#include <QCache>

#include <memory>
#include <optional>
#include <vector>

namespace reslens::widgets {

/// One value under the mouse.
struct PixelAt {
    int channel, row, column;
    float value;
    bool operator==(const PixelAt &) const = default;
};

/// What the grid shows. `ranges` and `captions` are by channel number, `order` says which channels in which order.
struct FeatureMaps {
    std::shared_ptr<const Tensor> tensor;
    std::vector<int> order;
    std::vector<ValueRange> ranges;
    std::vector<QString> captions;
    ColourMap map;
};

class FeatureGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit FeatureGrid(QWidget *parent = nullptr);

    void setMaps(FeatureMaps maps);
    const FeatureMaps &maps() const { return m_maps; }
    /// Shown while there are no maps.
    void setPlaceholder(const QString &text);
    int channelCount() const { return int(m_maps.order.size()); }

    /// The wanted side of a tile's picture, in pixels; the nearest whole multiple of the plane is used.
    void setTileSide(int pixels);
    void setView(const PlaneView &view);
    const PlaneView &view() const { return m_view; }
    void setCurrentChannel(int channel);
    int currentChannel() const { return m_current; }

    /// Where the picture of the channel at `place` in the order lies, in viewport coordinates.
    QRect pictureRect(int place) const;

signals:
    void currentChannelChanged(int channel);
    void enlargeRequested(int channel);
    void viewChanged(const reslens::widgets::PlaneView &view);
    void hovered(const std::optional<reslens::widgets::PixelAt> &pixel);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    QSize pictureSize() const;
    QSize cellSize() const;
    int columns() const;
    int firstVisiblePlace() const;
    int lastVisiblePlace() const;
    int placeAt(QPoint point) const; // -1 where there is no picture
    std::optional<PixelAt> pixelAt(QPoint point) const;
    const QImage &picture(int channel);
    void paintTile(QPainter &painter, int place);
    void moveCurrent(int places);
    void showPlace(int place);
    void setHovered(const std::optional<PixelAt> &pixel);
    void changeView(const PlaneView &view);
    void layOut();

    FeatureMaps m_maps;
    QCache<int, QImage> m_pictures;
    QString m_placeholder;
    PlaneView m_view;
    int m_tileSide = 112;
    int m_current = 0;
    std::optional<PixelAt> m_hovered;
    QPoint m_pressed, m_dragged;
    bool m_isPanning = false;
};

} // namespace reslens::widgets
