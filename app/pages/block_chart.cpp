#include "pages/block_chart.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "session/session.h"
#include "widgets/depth_chart.h"
#include "widgets/table_view.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;
using widgets::DepthChart;
using widgets::TableView;

namespace {

struct Look {
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
};

Look lookOf(study::Tone tone, const widgets::Theme &theme)
{
    switch (tone) {
    case study::Tone::Skip:
        return {theme.skip};
    case study::Tone::Branch:
        return {theme.branch};
    case study::Tone::Main:
        return {theme.accent};
    case study::Tone::Second:
        return {theme.warning, Qt::DashLine};
    case study::Tone::Third:
        return {theme.bad, Qt::DotLine};
    case study::Tone::Quiet:
        return {theme.muted};
    case study::Tone::Aside:
        return {theme.muted, Qt::DotLine};
    case study::Tone::Output:
        break;
    }
    return {theme.text, Qt::DashLine};
}

/// A quiet curve that is 0 everywhere says nothing.
bool saysSomething(const widgets::Curve &curve, study::Tone tone)
{
    return std::ranges::any_of(curve.points, [&](const QPointF &point) {
        return std::isfinite(point.y()) && (tone != study::Tone::Quiet || point.y() != 0);
    });
}

} // namespace

std::vector<widgets::Curve> curvesIn(study::Chart chart, const std::vector<study::BlockFacts> &blocks,
                                     const widgets::Theme &theme)
{
    std::vector<widgets::Curve> curves;
    for (const study::Quantity *quantity : study::quantitiesIn(chart)) {
        const study::Tone tone = quantity->show.tone;
        const auto [colour, style] = lookOf(tone, theme);
        widgets::Curve curve{models::shortNameOf(*quantity), colour, {}, style, tone != study::Tone::Aside};
        for (std::size_t b = 0; b < blocks.size(); ++b)
            curve.points.emplace_back(double(b), models::plotted(quantity->value(blocks[b])));
        if (saysSomething(curve, tone))
            curves.push_back(std::move(curve));
    }
    if (curves.size() == 1)
        curves.front().name.clear();
    return curves;
}

std::vector<widgets::Segment> stagesOf(const nn::Network &network)
{
    std::vector<widgets::Segment> stages;
    for (std::size_t b = 0; b < network.blocks.size(); ++b) {
        const QString name = QStringLiteral("layer%1").arg(network.blocks[b].stage);
        if (stages.empty() || stages.back().label != name)
            stages.push_back({name, 0});
        stages.back().end = double(b) + 0.5;
    }
    return stages;
}

void link(DepthChart &chart, Session &session)
{
    const auto blockOf = [&session](int position) -> std::optional<double> {
        const bool isBlock = session.model() && position >= 0 && position < session::headOf(session.model()->network);
        return isBlock ? std::optional<double>(position) : std::nullopt;
    };
    const auto mark = [&chart, &session, blockOf] {
        chart.setMarks(blockOf(session.position()), blockOf(session.hoveredPosition()));
    };
    QObject::connect(&session, &Session::positionChanged, &chart, mark);
    QObject::connect(&session, &Session::hoveredChanged, &chart, mark);
    QObject::connect(&session, &Session::modelChanged, &chart, mark);
    QObject::connect(&chart, &DepthChart::hovered, &session, [&session](std::optional<double> x) {
        session.hoverPosition(x ? int(std::lround(*x)) : session::kNowhere);
    });
    QObject::connect(&chart, &DepthChart::clicked, &session,
                     [&session](double x) { session.selectPosition(int(std::lround(x))); });
    mark();
}

void link(TableView &table, Session &session)
{
    const auto mark = [&table, &session] { table.setCurrentRow(session.block()); };
    QObject::connect(&session, &Session::positionChanged, &table, mark);
    QObject::connect(&session, &Session::modelChanged, &table, mark);
    QObject::connect(&table, &TableView::currentRowChanged, &session,
                     [&session](int row) { session.selectPosition(row); });
    mark();
}

} // namespace reslens::pages
