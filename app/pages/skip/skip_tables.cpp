#include "pages/skip/skip_tables.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "models/tr.h"

namespace reslens::pages {

namespace {

using models::cellOf;

} // namespace

models::Table blocksTable(const std::vector<analysis::BlockContribution> &blocks)
{
    return models::blockTable("blocks", study::factsOf(blocks), {study::Needs::Forward, study::Needs::Scales});
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
