// Which part of a plane is looked at: shared by every tile of a grid and by the enlarged view, so that they move as
// one.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <algorithm>

namespace reslens::widgets {

struct PlaneView {
    static constexpr double kMaxZoom = 32;

    double zoom = 1;          // 1 shows the whole plane
    QPointF centre{0.5, 0.5}; // in fractions of the plane
    bool operator==(const PlaneView &) const = default;

    /// The visible part, in fractions of the plane.
    QRectF visible() const
    {
        const double extent = 1 / zoom;
        return {centre.x() - extent / 2, centre.y() - extent / 2, extent, extent};
    }

    /// The visible part of a plane of `size` pixels, in its pixels.
    QRectF visible(const QSizeF &size) const
    {
        const QRectF part = visible();
        return {part.x() * size.width(), part.y() * size.height(), part.width() * size.width(),
                part.height() * size.height()};
    }

    /// Zoomed by `factor` so that the point at fraction `at` of the visible part stays where it is.
    PlaneView zoomed(double factor, QPointF at) const
    {
        const double newZoom = std::clamp(zoom * factor, 1.0, kMaxZoom);
        const QPointF offset = at - QPointF(0.5, 0.5);
        const QPointF point = centre + offset / zoom;
        return within({newZoom, point - offset / newZoom});
    }

    /// Moved by `delta` fractions of the visible part.
    PlaneView panned(QPointF delta) const { return within({zoom, centre - delta / zoom}); }

private:
    static PlaneView within(PlaneView view)
    {
        const double half = 0.5 / view.zoom;
        view.centre = {std::clamp(view.centre.x(), half, 1 - half), std::clamp(view.centre.y(), half, 1 - half)};
        return view;
    }
};

} // namespace reslens::widgets
