#include "pages/skip/skip_tables.h"

#include "models/table.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

using models::cellOf;

QString tr(const char *text)
{
    return QCoreApplication::translate("SkipTables", text);
}

QVariantList rowOf(const analysis::BlockContribution &block)
{
    const auto three = [&](double norm) { return block.hasThreeWays ? cellOf(norm) : QVariant(); };
    const auto ofSkip = [&](double value) { return block.hasShortcut ? cellOf(value) : QVariant(); };
    return {QString::fromStdString(block.name),
            cellOf(block.skipShare),
            cellOf(block.branchShare),
            cellOf(block.residualRatio),
            cellOf(block.alignment),
            cellOf(block.refinement),
            cellOf(block.clippedShare),
            cellOf(block.clippedEnergy),
            three(block.write),
            three(block.erase),
            three(block.kill),
            three(block.rescale),
            cellOf(block.x.norm),
            ofSkip(block.s.norm),
            cellOf(block.F.norm),
            cellOf(block.u.norm),
            cellOf(block.y.norm),
            cellOf(block.x.rms),
            ofSkip(block.s.rms),
            cellOf(block.F.rms),
            cellOf(block.u.rms),
            cellOf(block.y.rms),
            double(block.scale.alpha),
            double(block.scale.beta),
            QString::fromStdString(block.complaint)};
}

} // namespace

models::Table blocksTable(const std::vector<analysis::BlockContribution> &blocks)
{
    models::Table table{"blocks",
                        {"block",      "skip share",    "branch share",   "residual ratio", "alignment",
                         "refinement", "clipped share", "clipped energy", "write",          "erase",
                         "kill",       "rescale",       "norm x",         "norm s",         "norm F",
                         "norm u",     "norm y",        "rms x",          "rms s",          "rms F",
                         "rms u",      "rms y",         "alpha",          "beta",           "complaint"},
                        {}};
    for (const analysis::BlockContribution &block : blocks)
        table.rows.push_back(rowOf(block));
    return table;
}

QString nameOf(analysis::ChannelRole role)
{
    switch (role) {
    case analysis::ChannelRole::Skip:
        return tr("skip");
    case analysis::ChannelRole::Mix:
        return tr("mix");
    case analysis::ChannelRole::Overwrite:
        return tr("overwrite");
    case analysis::ChannelRole::Dead:
        break;
    }
    return tr("dead");
}

models::Table channelsTable(const analysis::BlockContribution &block)
{
    models::Table table{"channels", {"channel", "branch share", "role", "norm s", "norm F", "norm u"}, {}};
    for (std::size_t c = 0; c < block.channels.size(); ++c) {
        const analysis::ChannelContribution &channel = block.channels[c];
        table.rows.push_back({int(c), cellOf(channel.branchShare), nameOf(channel.role), cellOf(channel.s),
                              cellOf(channel.F), cellOf(channel.u)});
    }
    return table;
}

models::Table responsesTable(const std::vector<analysis::Response> &responses)
{
    models::Table table{"responses", {"convolution", "mean", "standard deviation", "complaint"}, {}};
    for (const analysis::Response &response : responses) {
        const bool isDefined = response.complaint.empty();
        table.rows.push_back(
            {QString::fromStdString(response.convolution), isDefined ? cellOf(response.mean) : QVariant(),
             isDefined ? cellOf(response.deviation) : QVariant(), QString::fromStdString(response.complaint)});
    }
    return table;
}

models::Table groupsTable(const analysis::GroupContributions &groups)
{
    models::Table table{"groups", {"group", "norm", "share"}, {}};
    for (std::size_t g = 0; g < groups.groups.size(); ++g)
        table.rows.push_back({QString::number(g), cellOf(groups.groups[g].norm), cellOf(groups.groups[g].share)});
    table.rows.push_back({tr("shift"), cellOf(groups.bias.norm), cellOf(groups.bias.share)});
    table.rows.push_back({tr("all of F"), cellOf(groups.F), QVariant()});
    return table;
}

} // namespace reslens::pages
