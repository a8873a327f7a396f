#include "widgets/depth_chart.h"

#include "widgets/colour_legend.h"
#include "widgets/plot_items.h"
#include "widgets/theme.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsRectItem>
#include <QKeyEvent>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <set>

namespace reslens::widgets {

namespace {

constexpr double kMarkShare = 0.9; // share of a step: the width of a mark
} // namespace

DepthChart::DepthChart(QWidget *parent) : QChartView(new QChart, parent)
{
    setFrameShape(NoFrame);
    setObjectName("plain");
    setMouseTracking(true);
    setRenderHint(QPainter::Antialiasing);
    chart()->setMargins({2, 2, 6, 2});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->setBackgroundRoundness(0);
    chart()->legend()->setAlignment(Qt::AlignTop);
    chart()->legend()->setMarkerShape(QLegend::MarkerShapeCircle);
    m_bars = new BarItem(chart());
    for (QGraphicsRectItem **mark : {&m_current, &m_hovered}) {
        *mark = new QGraphicsRectItem(chart());
        (*mark)->setZValue(2);
        (*mark)->setPen(Qt::NoPen);
    }
    connect(chart(), &QChart::plotAreaChanged, this, &DepthChart::placeItems);
    rebuild();
}

void DepthChart::setPlot(Plot plot)
{
    m_plot = std::move(plot);
    rebuild();
}

void DepthChart::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

void DepthChart::setMarks(std::optional<double> current, std::optional<double> hovered)
{
    m_currentX = current;
    m_hoveredX = hovered;
    placeItems();
}

void DepthChart::rebuild()
{
    chart()->removeAllSeries();
    for (QAbstractAxis *axis : chart()->axes()) {
        axis->hide(); // its grid and labels outlive it until the event loop runs
        chart()->removeAxis(axis);
        delete axis;
    }
    m_curves.clear();
    m_anchor = nullptr;
    m_x = m_y = nullptr;
    // An empty plot gets no axes. Axes made before the event loop runs could not be removed again: Qt deletes their
    // items by an event that then never comes.
    if (!isEmpty()) {
        fillAxes();
        fillCurves();
    }
    m_bars->setConnected(m_plot.connectsBars);
    applyTheme();
    placeItems();
}

void DepthChart::fillAxes()
{
    m_x = makeXAxis(m_plot);
    m_y = makeYAxis(m_plot);
    m_x->setTitleText(m_plot.xTitle);
    m_y->setTitleText(m_plot.yTitle);
    chart()->addAxis(m_x, Qt::AlignBottom);
    chart()->addAxis(m_y, Qt::AlignLeft);
}

void DepthChart::fillCurves()
{
    const auto add = [this](const QString &name) {
        auto *series = new QLineSeries;
        series->setName(name);
        chart()->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(m_y);
        return series;
    };
    m_anchor = add({});
    for (const Curve &curve : m_plot.curves) {
        QLineSeries *series = nullptr;
        const auto begin = [&] { // a gap ends one series and begins another; the first one has the legend's entry
            const bool isFirst = series == nullptr;
            series = add(curve.name);
            m_curves.push_back(series);
            series->setPen(QPen(curve.colour, 2, curve.style));
            series->setPointsVisible(curve.hasMarkers);
            for (QLegendMarker *marker : chart()->legend()->markers(series))
                marker->setVisible(isFirst && !curve.name.isEmpty());
        };
        begin();
        QList<QPointF> run;
        for (const QPointF &point : curve.points) {
            if (isShown(point.y(), m_plot.isLogarithmic)) {
                run << point;
            } else if (!run.isEmpty()) {
                series->replace(run);
                run.clear();
                begin();
            }
        }
        series->replace(run);
    }
    for (const PlotKey &key : m_plot.keys)
        add(key.name)->setColor(key.colour);
    chart()->legend()->setVisible(m_plot.keys.size() + m_plot.curves.size() > 1);
    for (QLegendMarker *marker : chart()->legend()->markers())
        marker->setPen(QPen(marker->brush().color(), 1)); // a black pen would eat half of the dot on a dark ground
    for (QLegendMarker *marker : chart()->legend()->markers(m_anchor))
        marker->setVisible(false);
}

QPointF DepthChart::positionOf(QPointF value) const
{
    if (!m_anchor)
        return {};
    return mapFromScene(chart()->mapToScene(chart()->mapToPosition(value, m_anchor)));
}

void DepthChart::placeItems()
{
    if (!m_anchor)
        return;
    const QRectF area = chart()->plotArea();
    const double lowest = m_plot.isLogarithmic ? static_cast<QLogValueAxis *>(m_y)->min() : 0;
    const auto mapping = [&](QPointF value) {
        if (m_plot.isLogarithmic)
            value.setY(std::max(value.y(), lowest));
        return chart()->mapToPosition(value, m_anchor);
    };
    m_bars->place(mapping, area);
    const double step = (mapping({1, 1}).x() - mapping({0, 1}).x()) * m_plot.step;
    const auto placeMark = [&](QGraphicsRectItem *mark, const std::optional<double> &x) {
        mark->setVisible(x.has_value() && (!m_plot.curves.empty() || !m_plot.bars.empty()));
        if (!x)
            return;
        const double width = std::clamp(step * kMarkShare, 3.0, 48.0);
        mark->setRect(QRectF(mapping({*x, 1}).x() - width / 2, area.top(), width, area.height()) & area);
    };
    placeMark(m_current, m_currentX);
    placeMark(m_hovered, m_hoveredX != m_currentX ? m_hoveredX : std::nullopt);
}

void DepthChart::applyTheme()
{
    const Theme &theme = themeOf(palette());
    chart()->setBackgroundVisible(false);
    chart()->legend()->setLabelColor(theme.text);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.88);
    chart()->legend()->setFont(small);
    for (QAbstractAxis *axis : chart()->axes()) {
        axis->setLabelsColor(theme.muted);
        axis->setTitleBrush(theme.muted);
        axis->setLabelsFont(small);
        axis->setTitleFont(small);
        axis->setLinePen(QPen(theme.border, 1));
        axis->setGridLinePen(QPen(mixed(theme.surface, theme.border, 0.6), 1));
    }
    QColor current = theme.accent, pointed = theme.muted;
    current.setAlphaF(0.20f);
    pointed.setAlphaF(0.16f);
    m_current->setBrush(current);
    m_current->setPen(QPen(theme.accent, 1)); // bars may cover most of the mark
    m_hovered->setBrush(pointed);
    m_bars->setBars(m_plot.bars, theme.muted);
    m_bars->setLabels(small, theme.text);
}

void DepthChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (m_bars && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) {
        applyTheme();
        placeItems();
    }
}

void DepthChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    placeItems();
}

void DepthChart::paintEvent(QPaintEvent *event)
{
    if (!isEmpty())
        return QChartView::paintEvent(event);
    QPainter painter(viewport());
    painter.setPen(themeOf(palette()).muted);
    painter.drawText(viewport()->rect().adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
}

std::optional<double> DepthChart::nearestX(QPointF viewportPoint) const
{
    const QPointF scenePoint = mapToScene(viewportPoint.toPoint());
    if (!m_anchor || !chart()->plotArea().contains(scenePoint))
        return std::nullopt;
    const double x = chart()->mapToValue(scenePoint, m_anchor).x();
    std::optional<double> nearest;
    const auto consider = [&](double candidate) {
        if (!nearest || std::abs(candidate - x) < std::abs(*nearest - x))
            nearest = candidate;
    };
    for (const Curve &curve : m_plot.curves)
        for (const QPointF &point : curve.points)
            consider(point.x());
    for (const Bar &bar : m_plot.bars)
        consider(bar.x);
    return nearest;
}

QString DepthChart::textAt(double x, QPointF viewportPoint) const
{
    if (const Bar *bar = m_bars->barAt(mapToScene(viewportPoint.toPoint())); bar && !bar->text.isEmpty())
        return bar->text;
    QStringList lines;
    for (const Curve &curve : m_plot.curves)
        for (const QPointF &point : curve.points)
            if (point.x() == x)
                lines << tr("%1: %2").arg(curve.name.isEmpty() ? m_plot.yTitle : curve.name,
                                          std::isfinite(point.y()) ? valueText(point.y()) : tr("not defined"));
    for (const Bar &bar : m_plot.bars)
        if (bar.x == x && !bar.text.isEmpty())
            lines << bar.text;
    return lines.join('\n');
}

void DepthChart::mouseMoveEvent(QMouseEvent *event)
{
    const std::optional<double> x = nearestX(event->position());
    QToolTip::showText(event->globalPosition().toPoint(), x ? textAt(*x, event->position()) : QString(), this);
    emit hovered(x);
}

void DepthChart::mousePressEvent(QMouseEvent *event)
{
    if (const std::optional<double> x = nearestX(event->position()))
        emit clicked(*x);
}

void DepthChart::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    emit hovered(std::nullopt);
}

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
