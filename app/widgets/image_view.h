// The picture, with the frame that the network sees, and a feature map laid over it on demand.
#pragma once

#include <QImage>
#include <QWidget>

#include <optional>

namespace reslens::widgets {

class ImageView : public QWidget {
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
    /// A selected place within the frame, in fractions of its sides; none is std::nullopt.
    void setMark(std::optional<QPointF> fraction);
    /// A part of the frame, in fractions of its sides, that is drawn around: what a value can see. May reach beyond.
    void setOutline(std::optional<QRectF> fractions);
    /// While something is dragged over the window.
    void setDropHint(bool isShown);

    /// Where the picture and the frame are drawn, in widget coordinates.
    QRectF pictureRect() const;
    QRectF frameRect() const;

    QSize minimumSizeHint() const override { return {180, 140}; }

signals:
    void openRequested();                          // clicked while empty
    void overlayTaken();                           // by another owner: what the one before had laid over is gone
    void hovered(std::optional<QPointF> fraction); // within the frame, of its sides
    void clicked(QPointF fraction);                // the same

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintDropZone(QPainter &painter) const;
    void paintFrame(QPainter &painter) const;
    std::optional<QPointF> fractionAt(QPointF point) const;

    QImage m_picture, m_overlay;
    QRectF m_frame;
    double m_opacity = 0;
    const QObject *m_owner = nullptr; // of the overlay; compared, never used
    std::optional<QPointF> m_mark;
    std::optional<QRectF> m_outline;
    bool m_hasDropHint = false;
};

} // namespace reslens::widgets
