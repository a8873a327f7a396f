// The picture, with the frame that the network sees, and a feature map laid over it on demand.
#pragma once

#include "widgets/map_canvas.h"

#include <QImage>

namespace reslens::widgets {

/// Its one plane is the frame; its cells are those of what is laid over it.
class ImageView : public MapCanvas {
    Q_OBJECT

public:
    explicit ImageView(QWidget *parent = nullptr);

    void setPicture(const QImage &picture);
    const QImage &picture() const { return m_picture; }
    /// In picture pixels; an empty frame draws none.
    void setCropFrame(const QRectF &frame);
    /// Drawn over the crop frame, nearest neighbour, with `opacity` in [0, 1]. The last who sets one wins, and is its
    /// owner; a null image removes it if it is `owner`'s own.
    void setOverlay(const QImage &overlay, double opacity, const QObject *owner = nullptr);
    bool hasOverlay() const { return !m_overlay.isNull(); }
    const QImage &overlay() const { return m_overlay; }
    const QObject *overlayOwner() const { return m_owner; }
    /// A part of the frame, in fractions of its sides, that is drawn around: what a value can see. May reach beyond.
    void setOutline(std::optional<QRectF> fractions);
    /// While something is dragged over the window.
    void setDropHint(bool isShown);

    /// The places of the picture and of the frame, in widget coordinates.
    QRectF pictureRect() const;
    QRectF frameRect() const;

    int planeCount() const override { return m_picture.isNull() || m_frame.isEmpty() ? 0 : 1; }
    QRectF planeRect(int /*plane*/) const override { return frameRect(); }
    QSize minimumSizeHint() const override { return {180, 140}; }

signals:
    void openRequested();                               // clicked while empty, or by keys
    void overlayTaken();                                // by another owner: what the one before had laid over is gone
    void moved(const reslens::widgets::PixelAt &pixel); // the selected place, by keys

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
    const QObject *m_owner = nullptr; // of the overlay; compared, never used
    std::optional<QRectF> m_outline;
    bool m_hasDropHint = false;
};

} // namespace reslens::widgets
