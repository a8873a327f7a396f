// Two parts that Qt Charts lacks: bars that begin anywhere, and axes with round numbers.
#pragma once

#include "widgets/plot.h"

#include <QFont>
#include <QGraphicsItem>

#include <functional>

class QAbstractAxis;

namespace reslens::widgets {

/// The bars of a chart, which may begin anywhere: Qt Charts' own bars all begin at zero, so that a waterfall has none.
class BarItem : public QGraphicsItem {
public:
    /// From the chart's values to scene coordinates.
    using Mapping = std::function<QPointF(QPointF value)>;

    explicit BarItem(QGraphicsItem *parent) : QGraphicsItem(parent) { setZValue(5); }

    /// `area` clips; `lowest` is where bars of a logarithmic axis begin.
    void setBars(std::vector<Bar> bars, const QColor &line);
    void setLabels(const QFont &font, const QColor &text);
    void place(const Mapping &mapping, const QRectF &area);
    void setConnected(bool isConnected) { m_isConnected = isConnected; }
    /// The bar under `point`, or null.
    const Bar *barAt(QPointF point) const;

    QRectF boundingRect() const override { return m_area; }
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintLabels(QPainter &painter) const;

    std::vector<Bar> m_bars;
    std::vector<QRectF> m_rects;
    std::vector<double> m_ends; // height of each bar's `to`
    QColor m_line, m_text;
    QFont m_font;
    QRectF m_area;
    bool m_isConnected = false;
};

/// The plot's stages, or numbers; half a step wider than what is shown. The caller owns the axis.
QAbstractAxis *makeXAxis(const Plot &plot);
/// Linear with ticks at round numbers about zero, or logarithmic with at most a few decades labelled.
QAbstractAxis *makeYAxis(const Plot &plot);

/// Finite and, on a logarithmic axis, positive: the other points are gaps.
bool isShown(double y, bool isLogarithmic);

} // namespace reslens::widgets
