// The canvas of every map. It shows planes of cells through one view (zoom and pan); the mouse points at a cell, and
// keys walk from cell to cell. Left, Right, Up, Down, Home, End, PageUp and PageDown move; + - 0 zoom; Enter picks.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QWidget>

#include <algorithm>
#include <optional>

namespace reslens::widgets {

/// Which part of a plane is looked at: shared by views that show the same places, so that they move as one.
struct PlaneView {
    static constexpr double kMaxZoom = 32;

    double zoom = 1;          // 1 shows the whole plane
    QPointF centre{0.5, 0.5}; // in fractions of the plane
    bool operator==(const PlaneView &) const = default;

    /// The visible part, in fractions of the plane.
    QRectF visible() const;
    /// The visible part of a plane of `size` pixels, in its pixels.
    QRectF visible(const QSizeF &size) const;
    /// Zoomed by `factor` so that the point at fraction `at` of the visible part stays where it is.
    PlaneView zoomed(double factor, QPointF at) const;
    /// Moved by `delta` fractions of the visible part.
    PlaneView panned(QPointF delta) const { return within({zoom, centre - delta / zoom}); }
    /// Moved as little as it takes to show `place`, in fractions of the plane.
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

    /// Shown while there are no planes.
    void setPlaceholder(const QString &text);
    void setView(const PlaneView &view);
    const PlaneView &view() const { return m_view; }
    /// The selected place, in fractions of the planes' sides; none is std::nullopt.
    void setMark(std::optional<QPointF> fraction);

    virtual int planeCount() const = 0;
    /// The place of a plane, in widget coordinates.
    virtual QRectF planeRect(int plane) const = 0;
    /// The cell of plane `plane` that lies at `fraction` of its sides; std::nullopt where there is none.
    std::optional<PixelAt> pixelOf(QPointF fraction, int plane = 0) const;
    /// The cell that is marked.
    std::optional<PixelAt> markedPixel() const;

signals:
    void viewChanged(const reslens::widgets::PlaneView &view); // by the person
    void hovered(const std::optional<reslens::widgets::PixelAt> &pixel);
    void picked(const reslens::widgets::PixelAt &pixel); // by a click or by keys

protected:
    /// The size of every plane, in cells.
    virtual QSize extent() const = 0;
    virtual float valueOf(int /*plane*/, int /*row*/, int /*column*/) const { return 0; }
    virtual std::optional<PixelAt> pixelAt(QPointF point) const;
    /// Names the selected cell, to be read aloud.
    virtual QString spokenText() const;
    virtual void paintPlanes(QPainter &painter) = 0;
    /// Moves what is selected; beyond the edge means to it. The default moves the mark by cells.
    virtual void step(QPoint by) { emit picked(pixelBy(by)); }
    /// Rows of one PageDown.
    virtual int pageStep() const { return std::max(1, extent().height() / 4); }
    virtual void click(QPointF point);
    virtual void enter();
    virtual bool isZoomable() const { return true; }
    virtual bool wheelZooms(Qt::KeyboardModifiers modifiers) const { return modifiers & Qt::ControlModifier; }
    /// The rectangle that the view's part fills at `point`: a plane, unless several make one picture.
    virtual QRectF viewRect(QPointF point) const;

    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

    /// The visible part of `image`, a pixel per cell, in plane `plane`'s place.
    void paintPlane(QPainter &painter, int plane, const QImage &image) const;
    /// The place of a cell under the view; it may lie outside its plane's place.
    QRectF cellRect(const PixelAt &pixel) const;
    /// Two lines, so that they are seen on every colour.
    static void paintOutline(QPainter &painter, const QRectF &rect, const QPen &outer, const QPen &inner);
    static void paintRing(QPainter &painter, QPointF at);
    /// Around the chosen one of several pictures.
    void paintChosen(QPainter &painter, const QRectF &around) const;
    /// Around a plane; thicker, in the accent's colour, where the keys come here.
    QPen framePen() const;

    /// The marked cell, or the middle one, moved by `by`, and shown; the mark stays where it is.
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

/// `place` moved by `by` among `count` places in rows of `columns`.
int steppedPlace(int place, QPoint by, int columns, int count);

/// "row 3 · column 5 · value 0.25"
QString placeText(const PixelAt &pixel);

} // namespace reslens::widgets
