// Two parts that Qt Charts lacks: bars that begin anywhere, and axes with round numbers.
#pragma once

#include "widgets/plot.h"

#include <QFont>
#include <QGraphicsItem>

#include <functional>

class QAbstractAxis;

namespace reslens::widgets {

/// The bars of a chart. Qt Charts' own bars all begin at zero, which a waterfall's do not.
class BarItem : public QGraphicsItem {
public:
    /// Maps the chart's values to scene coordinates.
    using Mapping = std::function<QPointF(QPointF value)>;

    explicit BarItem(QGraphicsItem *parent) : QGraphicsItem(parent) { setZValue(5); }

    void setBars(std::vector<Bar> bars, const QColor &line);
    void setLabels(const QFont &font, const QColor &text);
    void place(const Mapping &mapping, const QRectF &area);
    void setConnected(bool isConnected) { m_isConnected = isConnected; }
    /// Returns the bar under `point`, or null.
    const Bar *barAt(QPointF point) const;

    QRectF boundingRect() const override { return m_area; }
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintLabels(QPainter &painter) const;

    std::vector<Bar> m_bars;
    std::vector<QRectF> m_rects;
    std::vector<double> m_ends; // y of each bar's `to`
    QColor m_line, m_text;
    QFont m_font;
    QRectF m_area;
    bool m_isConnected = false;
};

/// Makes an axis of the plot's stages, or of numbers, half a step wider than the data. The caller owns it.
QAbstractAxis *makeXAxis(const Plot &plot);
/// Makes a linear axis with ticks at round numbers, or a logarithmic one with a few labelled decades.
QAbstractAxis *makeYAxis(const Plot &plot);

/// True for values that are finite and, on a logarithmic axis, positive. Other points are gaps.
bool isShown(double y, bool isLogarithmic);

} // namespace reslens::widgets
