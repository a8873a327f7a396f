// The picture, with the network's crop frame and an optional feature map over it.
#pragma once

#include "widgets/map_canvas.h"

#include <QImage>

namespace reslens::widgets {

/// Its only plane is the frame. The cells are those of the overlay.
class ImageView : public MapCanvas {
    Q_OBJECT

public:
    explicit ImageView(QWidget *parent = nullptr);

    void setPicture(const QImage &picture);
    const QImage &picture() const { return m_picture; }
    /// Takes picture pixels; an empty frame is not drawn.
    void setCropFrame(const QRectF &frame);
    /// Draws over the crop frame, nearest neighbour, with `opacity` in [0, 1]. The last caller becomes the overlay's
    /// owner. A null image removes the overlay if `owner` owns it.
    void setOverlay(const QImage &overlay, double opacity, const QObject *owner = nullptr);
    bool hasOverlay() const { return !m_overlay.isNull(); }
    const QImage &overlay() const { return m_overlay; }
    const QObject *overlayOwner() const { return m_owner; }
    /// Outlines a receptive field, in fractions of the frame's sides. It may reach beyond the frame.
    void setOutline(std::optional<QRectF> fractions);
    /// Shown while something is dragged over the window.
    void setDropHint(bool isShown);

    /// Return the places of the picture and of the frame in widget coordinates.
    QRectF pictureRect() const;
    QRectF frameRect() const;

    int planeCount() const override { return m_picture.isNull() || m_frame.isEmpty() ? 0 : 1; }
    QRectF planeRect(int /*plane*/) const override { return frameRect(); }
    QSize minimumSizeHint() const override { return {180, 140}; }

signals:
    void openRequested();                               // clicked while empty, or by keyboard
    void overlayTaken();                                // another owner has replaced the overlay
    void moved(const reslens::widgets::PixelAt &pixel); // the selected place, by keyboard

protected:
    QSize extent() const override;
    std::optional<PixelAt> pixelAt(QPointF point) const override;
    QString spokenText() const override { return accessibleDescription(); } // the picture's name
    QRectF viewRect(QPointF point) const override;
    void step(QPoint by) override;
    void click(QPointF point) override;
    void paintPlanes(QPainter &painter) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintDropZone(QPainter &painter) const;
    void paintOverlay(QPainter &painter) const;
    void paintOutlined(QPainter &painter) const;
    QRectF fitRect() const;

    QImage m_picture, m_overlay;
    QRectF m_frame;
    double m_opacity = 0;
    const QObject *m_owner = nullptr; // the overlay's owner; compared, never used
    std::optional<QRectF> m_outline;
    bool m_hasDropHint = false;
};

} // namespace reslens::widgets
