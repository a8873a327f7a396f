// The contents of a chart as values: curves and bars over a network's blocks, or over any other count.
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

/// One bar from `from` to `to`. Bars of the same x may overlap or be stacked.
struct Bar {
    double x = 0, from = 0, to = 0;
    QColor colour;
    QString text;       // shown under the mouse; empty: none
    int side = 0;       // 0: the whole width; -1: the left half; 1: the right half
    QString label = {}; // stands beyond the bar's end if it fits; larger bars come first
};

/// A named stretch of the x axis, such as a stage.
struct Segment {
    QString label;
    double end = 0; // it begins at the end of the previous one
};

struct PlotKey {
    QString name;
    QColor colour;
};

struct Plot {
    std::vector<Curve> curves;
    std::vector<Bar> bars;
    std::vector<PlotKey> keys;                       // the bars' colours in the legend; curves have their own
    QString xTitle, yTitle;                          // with the unit, if any
    std::vector<Segment> segments;                   // empty: numbers
    std::optional<std::pair<double, double>> xRange; // empty: all of the data, and half a step around it
    std::optional<std::pair<double, double>> yRange; // empty: all of the data
    double step = 1;                                 // distance of neighbouring x: the width of a mark
    bool isLogarithmic = false;                      // the y axis; bars then begin at its lower end
    bool connectsBars = false;                       // for a waterfall: a thin line leads from bar to bar
};

} // namespace reslens::widgets
