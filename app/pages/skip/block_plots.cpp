#include "pages/skip/block_plots.h"

#include "models/table.h"
#include "models/tr.h"
#include "pages/skip/skip_tables.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reslens::pages {

namespace {

using analysis::BlockContribution;
using analysis::ChannelContribution;
using analysis::ChannelRole;
using models::wordsOf;

constexpr double kShownShare = 0.98; // share of the channels that set the axis; a few extremes would flatten the rest

QColor colourOf(ChannelRole role, const widgets::Theme &theme)
{
    switch (role) {
    case ChannelRole::Skip:
        return theme.skip;
    case ChannelRole::Mix:
        return widgets::mixed(widgets::mixed(theme.skip, theme.branch, 0.5), theme.text, 0.15);
    case ChannelRole::Overwrite:
        return theme.branch;
    case ChannelRole::Dead:
        break;
    }
    return theme.border;
}

/// Returns [0, 1], extended to all shares but the extremes.
std::pair<double, double> axisOf(std::vector<double> shares)
{
    if (shares.empty())
        return {0, 1};
    std::ranges::sort(shares);
    const std::size_t cut = std::size_t(double(shares.size()) * (1 - kShownShare) / 2);
    const double low = shares[cut], high = shares[shares.size() - 1 - cut];
    return {low < 0 ? std::floor(low * 5) / 5 : 0, high > 1 ? std::ceil(high * 5) / 5 : 1};
}

QString coloured(const QString &text, const QColor &colour)
{
    return QStringLiteral("<span style='color:%1;font-weight:bold'>%2</span>").arg(colour.name(), text);
}

QString meaningOf(const BlockContribution &block)
{
    const double branch = block.branchShare.value;
    if (branch < 0 || branch > 1)
        return tr("s and F oppose each other, so that one share is above 1 and the other below 0");
    if (branch < analysis::kMixFrom)
        return tr("mostly what came over the skip");
    if (branch > analysis::kOverwriteFrom)
        return tr("mostly what the branch added");
    return tr("part skip, part branch");
}

} // namespace

std::vector<int> byBranchShare(const BlockContribution &block)
{
    std::vector<int> order(block.channels.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) {
        const analysis::Ratio &left = block.channels[a].branchShare, &right = block.channels[b].branchShare;
        if (left.isDefined != right.isDefined)
            return left.isDefined;
        return left.isDefined && left.value > right.value;
    });
    return order;
}

widgets::Plot channelsPlot(const BlockContribution &block, const std::vector<int> &order, const widgets::Theme &theme)
{
    widgets::Plot plot;
    std::array<int, 4> counts{};
    std::vector<double> shares;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const ChannelContribution &channel = block.channels[order[rank]];
        ++counts[std::size_t(channel.role)];
        const double share = channel.branchShare.isDefined ? channel.branchShare.value : 0;
        if (channel.branchShare.isDefined)
            shares.push_back(share);
        plot.bars.push_back({double(rank), 0, share, colourOf(channel.role, theme), channelText(block, order[rank])});
    }
    for (const ChannelRole role : {ChannelRole::Overwrite, ChannelRole::Mix, ChannelRole::Skip, ChannelRole::Dead})
        if (counts[std::size_t(role)] > 0)
            plot.keys.push_back(
                {QStringLiteral("%1 %2").arg(counts[std::size_t(role)]).arg(nameOf(role)), colourOf(role, theme)});
    plot.yRange = axisOf(shares);
    const auto beyond = std::ranges::count_if(
        shares, [&](double share) { return share < plot.yRange->first || share > plot.yRange->second; });
    plot.xTitle = beyond > 0 ? tr("channels by σ_F · %n reach beyond the axis", int(beyond)) : tr("channels by σ_F");
    plot.yTitle = "σ_F";
    return plot;
}

QString channelText(const BlockContribution &block, int index)
{
    const ChannelContribution &channel = block.channels[index];
    return tr("channel %1: σ_F %2, %3 · ‖s‖ %4 · ‖F‖ %5 · ‖u‖ %6")
        .arg(index)
        .arg(wordsOf(channel.branchShare), nameOf(channel.role), wordsOf(channel.s), wordsOf(channel.F),
             wordsOf(channel.u));
}

widgets::Plot groupsPlot(const analysis::GroupContributions &groups, const widgets::Theme &theme)
{
    widgets::Plot plot;
    const auto add = [&](double x, const QString &name, const analysis::GroupPart &part, const QColor &colour) {
        const analysis::Ratio relative = analysis::ratio(part.norm, groups.F);
        const QString text = tr("%1: ‖F_g‖ %2, which is %3 of ‖F‖ · share %4")
                                 .arg(name, wordsOf(part.norm), wordsOf(relative), wordsOf(part.share));
        plot.bars.push_back({x, 0, relative.value, theme.muted, text, -1});
        plot.bars.push_back({x, 0, part.share.value, colour, text, 1});
    };
    for (std::size_t g = 0; g < groups.groups.size(); ++g)
        add(double(g), tr("group %1").arg(g), groups.groups[g], theme.branch);
    add(double(groups.groups.size()), tr("shift of the batch norm"), groups.bias, theme.warning);
    plot.keys = {{tr("‖F_g‖ / ‖F‖"), theme.muted},
                 {tr("share ⟨F_g,F⟩/⟨F,F⟩"), theme.branch},
                 {tr("shift's share"), theme.warning}};
    plot.xTitle = tr("group; last: the batch norm's shift");
    plot.yTitle = tr("part of F");
    return plot;
}

QString equationOf(const BlockContribution &block, const widgets::Theme &theme)
{
    const QString name = QString::fromStdString(block.name);
    if (!block.complaint.empty())
        return tr("<b>%1</b> · %2").arg(name, QString::fromStdString(block.complaint));
    if (!block.hasShortcut)
        return tr("<b>%1</b> · u = F: a plain block has no skip · ‖F‖ = %2").arg(name, wordsOf(block.F.norm));
    QString text = tr("<b>%1</b> · u = %2 + %3 · ‖s‖ = %4, ‖F‖ = %5, ‖u‖ = %6 · ")
                       .arg(name, coloured(tr("%1·s").arg(double(block.scale.alpha)), theme.skip),
                            coloured(tr("%1·F").arg(double(block.scale.beta)), theme.branch), wordsOf(block.s.norm),
                            wordsOf(block.F.norm), wordsOf(block.u.norm));
    if (!block.skipShare.isDefined)
        return text + tr("shares are not defined: u is 0");
    const analysis::Completeness sum = analysis::completeness(block.skipShare.value + block.branchShare.value, 1);
    return text + tr("%1 + %2 = %3 (residual %4): %5")
                      .arg(coloured(tr("σ_s %1").arg(block.skipShare.value, 0, 'f', 4), theme.skip),
                           coloured(tr("σ_F %1").arg(block.branchShare.value, 0, 'f', 4), theme.branch))
                      .arg(sum.sum, 0, 'f', 4)
                      .arg(sum.residual.value, 0, 'g', 2)
                      .arg(meaningOf(block));
}

} // namespace reslens::pages
