// The contents of a chart as values: curves and bars over the blocks of a network, or over any other count.
#pragma once

#include <QColor>
#include <QPointF>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace reslens::widgets {

struct Curve {
    QString name;
    QColor colour;
    std::vector<QPointF> points; // by x; a y that is not finite (or, on a logarithmic axis, not positive) is a gap
    Qt::PenStyle style = Qt::SolidLine;
    bool hasMarkers = true;
};

/// One bar from `from` to `to`. Bars of one x may overlap or stand on each other.
struct Bar {
    double x = 0, from = 0, to = 0;
    QColor colour;
    QString text;       // tells its value under the mouse; empty: none
    int side = 0;       // side by side with others of this x: 0 is the whole width, -1 the left half, 1 the right half
    QString label = {}; // stands beyond its end where there is room for it; larger bars come first
};

/// A stretch of the x axis with a name: a stage.
struct Segment {
    QString label;
    double end = 0; // it begins where the one before ends
};

struct PlotKey {
    QString name;
    QColor colour;
};

struct Plot {
    std::vector<Curve> curves;
    std::vector<Bar> bars;
    std::vector<PlotKey> keys;                       // of the bars' colours, for the legend; curves have their own
    QString xTitle, yTitle;                          // with unit, where there is one
    std::vector<Segment> segments;                   // empty: numbers
    std::optional<std::pair<double, double>> xRange; // empty: what is shown, and half a step around it
    std::optional<std::pair<double, double>> yRange; // empty: what is shown
    double step = 1;                                 // from one x to the next: how wide a mark is
    bool isLogarithmic = false;                      // the y axis; bars then begin at its lower end
    bool connectsBars = false;                       // a waterfall: a thin line leads from bar to bar
};

} // namespace reslens::widgets
