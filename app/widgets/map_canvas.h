// The canvas of every map. It shows planes of cells through one view (zoom and pan). The mouse points at a cell, and
// keys move from cell to cell. Left, Right, Up, Down, Home, End, PageUp and PageDown move; + - 0 zoom; Enter picks.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QWidget>

#include <algorithm>
#include <optional>

namespace reslens::widgets {

/// The visible part of a plane. Views of the same places share it, so that they move together.
struct PlaneView {
    static constexpr double kMaxZoom = 32;

    double zoom = 1;          // 1 shows the whole plane
    QPointF centre{0.5, 0.5}; // in fractions of the plane
    bool operator==(const PlaneView &) const = default;

    /// Returns the visible part in fractions of the plane.
    QRectF visible() const;
    /// Returns the visible part of a plane of `size` pixels, in its pixels.
    QRectF visible(const QSizeF &size) const;
    /// Zooms by `factor`. The point at fraction `at` of the visible part stays in place.
    PlaneView zoomed(double factor, QPointF at) const;
    /// Moves by `delta` fractions of the visible part.
    PlaneView panned(QPointF delta) const { return within({zoom, centre - delta / zoom}); }
    /// Moves just enough to show `place`, given in fractions of the plane.
    PlaneView showing(QPointF place) const;

private:
    static PlaneView within(PlaneView view);
};

/// A cell of one of the planes.
struct PixelAt {
    int channel = 0, row = 0, column = 0; // the plane, and the cell in it
    float value = 0;
    QPointF fraction; // the cell's middle, in fractions of the plane's sides
    bool operator==(const PixelAt &) const = default;
};

class MapCanvas : public QWidget {
    Q_OBJECT

public:
    /// `name` is read aloud.
    explicit MapCanvas(const QString &name, QWidget *parent = nullptr);

    /// Shown without planes.
    void setPlaceholder(const QString &text);
    void setView(const PlaneView &view);
    const PlaneView &view() const { return m_view; }
    /// Marks the selected place, in fractions of the planes' sides; std::nullopt: none.
    void setMark(std::optional<QPointF> fraction);

    virtual int planeCount() const = 0;
    /// Returns the place of a plane in widget coordinates.
    virtual QRectF planeRect(int plane) const = 0;
    /// Returns the cell of plane `plane` at `fraction` of its sides; std::nullopt if there is none.
    std::optional<PixelAt> pixelOf(QPointF fraction, int plane = 0) const;
    /// Returns the marked cell.
    std::optional<PixelAt> markedPixel() const;

signals:
    void viewChanged(const reslens::widgets::PlaneView &view); // by the person
    void hovered(const std::optional<reslens::widgets::PixelAt> &pixel);
    void picked(const reslens::widgets::PixelAt &pixel); // by click or keyboard

protected:
    /// Returns the size of every plane in cells.
    virtual QSize extent() const = 0;
    virtual float valueOf(int /*plane*/, int /*row*/, int /*column*/) const { return 0; }
    virtual std::optional<PixelAt> pixelAt(QPointF point) const;
    /// Names the selected cell, to be read aloud.
    virtual QString spokenText() const;
    virtual void paintPlanes(QPainter &painter) = 0;
    /// Moves the selection, at most to the edge. By default the mark moves by cells.
    virtual void step(QPoint by) { emit picked(pixelBy(by)); }
    /// Returns the rows of one PageDown.
    virtual int pageStep() const { return std::max(1, extent().height() / 4); }
    virtual void click(QPointF point);
    virtual void enter();
    virtual bool isZoomable() const { return true; }
    virtual bool wheelZooms(Qt::KeyboardModifiers modifiers) const { return modifiers & Qt::ControlModifier; }
    /// Returns the rectangle that shows the view's part at `point`: a plane, unless several form one picture.
    virtual QRectF viewRect(QPointF point) const;

    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

    /// Paints the visible part of `image`, one pixel per cell, in the place of plane `plane`.
    void paintPlane(QPainter &painter, int plane, const QImage &image) const;
    /// Returns the place of a cell under the view. It may lie outside its plane's place.
    QRectF cellRect(const PixelAt &pixel) const;
    /// Draws two lines, so that they are seen on every colour.
    static void paintOutline(QPainter &painter, const QRectF &rect, const QPen &outer, const QPen &inner);
    static void paintRing(QPainter &painter, QPointF at);
    /// Frames the chosen one of several pictures.
    void paintChosen(QPainter &painter, const QRectF &around) const;
    /// Returns the frame's pen. It is thicker and in the accent colour with keyboard focus.
    QPen framePen() const;

    /// Returns the marked or else the middle cell, moved by `by`, and scrolls to it. The mark stays.
    PixelAt pixelBy(QPoint by);
    const std::optional<QPointF> &mark() const { return m_mark; }
    const std::optional<PixelAt> &hoveredPixel() const { return m_hovered; }
    void setHovered(const std::optional<PixelAt> &pixel);
    void changeView(const PlaneView &view);
    void speak() { setAccessibleDescription(spokenText()); }

private:
    bool answer(const QKeyEvent &key);

    QString m_placeholder;
    PlaneView m_view;
    std::optional<QPointF> m_mark;
    std::optional<PixelAt> m_hovered;
    QPointF m_pressed, m_dragged;
    bool m_isDragging = false;
};

/// Moves `place` by `by` among `count` places in rows of `columns`.
int steppedPlace(int place, QPoint by, int columns, int count);

/// Returns "row 3 · column 5 · value 0.25".
QString placeText(const PixelAt &pixel);

} // namespace reslens::widgets
