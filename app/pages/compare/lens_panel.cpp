#include "pages/compare/lens_panel.h"

#include "models/item_models.h"
#include "pages/compare/comparison_tables.h"
#include "widgets/theme.h"

#include <map>

namespace reslens::pages {

namespace {

QString text(const std::string &words)
{
    return QString::fromStdString(words);
}

/// Gives a class that some network ends with the colour of the first such network. All others are grey.
std::map<QString, QColor> classColours(const std::vector<Candidate> &candidates, const widgets::Theme &theme)
{
    std::map<QString, QColor> colours;
    for (int i = 0; i < int(candidates.size()); ++i) {
        const auto &summary = candidates[std::size_t(i)].summary;
        if (summary && !summary->lens.empty() && !summary->lens.back().top.empty())
            colours.try_emplace(text(summary->lens.back().top[0].label), widgets::seriesColour(theme, i));
    }
    return colours;
}

widgets::LensCell cellOf(const analysis::LensDepth &depth, int blocks)
{
    widgets::LensCell cell;
    cell.depth = session::relativeDepth(depth.block, blocks);
    if (!depth.complaint.empty() || depth.top.empty()) {
        cell.label = LensPanel::tr("not defined");
        cell.text = text(depth.complaint);
        return cell;
    }
    cell.label = text(depth.top[0].label);
    cell.probability = double(depth.top[0].probability);
    cell.text = LensPanel::tr("branches up to %1: %2, %3")
                    .arg(text(depth.name), cell.label, models::percentText(cell.probability));
    return cell;
}

QString decisionText(const session::ModelSummary &summary)
{
    const auto decided = session::decidedAt(summary.lens);
    if (!decided)
        return LensPanel::tr("not defined: %1").arg(text(summary.lens.back().complaint));
    const analysis::LensDepth &depth = summary.lens[*decided];
    return LensPanel::tr("decided after %1 (depth %2): %3 stays on top from there on")
        .arg(text(depth.name))
        .arg(session::relativeDepth(depth.block, int(summary.blocks.size())), 0, 'f', 2)
        .arg(text(depth.top[0].label));
}

} // namespace

LensPanel::LensPanel(QWidget *parent) : QScrollArea(parent), m_strip(new widgets::LensStrip)
{
    setFrameShape(NoFrame);
    setObjectName("plain");
    setAccessibleName(tr("Skip lens of every model"));
    setWidgetResizable(true);
    viewport()->setAutoFillBackground(false);
    setWidget(m_strip);
    m_strip->setAutoFillBackground(false); // after setWidget(), which turns it on
    m_strip->setPlaceholder(tr("The lens appears as soon as a model has answered"));
}

void LensPanel::setCandidates(const std::vector<Candidate> &candidates)
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    const auto colours = classColours(candidates, theme);
    std::vector<widgets::LensRow> rows;
    for (int i = 0; i < int(candidates.size()); ++i) {
        const Candidate &candidate = candidates[std::size_t(i)];
        if (!candidate.summary)
            continue;
        const session::ModelSummary &summary = *candidate.summary;
        widgets::LensRow row{candidate.title, widgets::seriesColour(theme, i), {}, text(summary.whyNoLens)};
        for (const analysis::LensDepth &depth : summary.lens) {
            row.cells.push_back(cellOf(depth, int(summary.blocks.size())));
            const auto colour = colours.find(row.cells.back().label);
            row.cells.back().colour = colour == colours.end() ? theme.muted : colour->second;
        }
        if (!summary.lens.empty())
            row.note = decisionText(summary);
        rows.push_back(std::move(row));
    }
    m_strip->setCaption(tr("filled as high as the class is probable · grey: a class that no network ends with"));
    m_strip->setRows(std::move(rows));
}

} // namespace reslens::pages
