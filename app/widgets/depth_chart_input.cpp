// The chart by the keyboard.
#include "widgets/depth_chart.h"

#include <QKeyEvent>

#include <set>

namespace reslens::widgets {

void DepthChart::keyPressEvent(QKeyEvent *event)
{
    const bool isLeft = event->key() == Qt::Key_Left, isRight = event->key() == Qt::Key_Right;
    std::set<double> places;
    for (const Curve &curve : m_plot.curves)
        for (const QPointF &point : curve.points)
            places.insert(point.x());
    for (const Bar &bar : m_plot.bars)
        places.insert(bar.x);
    if (places.empty() || (!isLeft && !isRight))
        return QChartView::keyPressEvent(event);
    auto place = isLeft ? places.begin() : std::prev(places.end());
    if (!m_currentX)
        place = isLeft ? std::prev(places.end()) : places.begin();
    else if (const auto next = places.upper_bound(*m_currentX); isRight && next != places.end())
        place = next;
    else if (const auto here = places.lower_bound(*m_currentX); isLeft && here != places.begin())
        place = std::prev(here);
    emit clicked(*place);
}

} // namespace reslens::widgets
