#include "pages/block_chart.h"

#include "session/session.h"
#include "widgets/depth_chart.h"
#include "widgets/table_view.h"

#include <cmath>

namespace reslens::pages {

using session::Session;
using widgets::DepthChart;
using widgets::TableView;

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
