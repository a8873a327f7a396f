// The picture, with the frame that the network sees, and a feature map laid over it on demand.
#pragma once

#include <QImage>
#include <QWidget>

namespace reslens::widgets {

class ImageView : public QWidget {
    Q_OBJECT

public:
    explicit ImageView(QWidget *parent = nullptr);

    void setPicture(const QImage &picture);
    const QImage &picture() const { return m_picture; }
    /// In picture pixels; an empty frame draws none.
    void setCropFrame(const QRectF &frame);
    /// Drawn over the crop frame, nearest neighbour, with `opacity` in [0, 1]. A null image removes it.
    void setOverlay(const QImage &overlay, double opacity);
    /// While something is dragged over the window.
    void setDropHint(bool isShown);

    /// Where the picture and the frame are drawn, in widget coordinates.
    QRectF pictureRect() const;
    QRectF frameRect() const;

    QSize minimumSizeHint() const override { return {180, 140}; }

signals:
    void openRequested(); // clicked while empty

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintDropZone(QPainter &painter) const;

    QImage m_picture, m_overlay;
    QRectF m_frame;
    double m_opacity = 0;
    bool m_hasDropHint = false;
};

} // namespace reslens::widgets
