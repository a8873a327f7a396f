#include "analysis/skip.h"

#include "analysis/fit.h"

#include <algorithm>
#include <cmath>

namespace reslens::analysis {

namespace {

/// One image's part of sums per image and channel; empty stays empty.
std::span<const double> partOf(const std::vector<double> &values, const nn::BlockSums &sums, int image)
{
    if (values.empty())
        return {};
    return {values.data() + std::size_t(image) * sums.channels, std::size_t(sums.channels)};
}

/// The sums of one image over channels and pixels.
struct Totals {
    double ss, FF, uu, yy, sF, su, Fu, sy, clippedCount, clippedEnergy, write, erase, kill;

    Totals(const nn::BlockSums &sums, int image)
    {
        const auto total = [&](const std::vector<double> &values) { return sum(partOf(values, sums, image)); };
        ss = total(sums.ss), FF = total(sums.FF), uu = total(sums.uu), yy = total(sums.yy);
        sF = total(sums.sF), su = total(sums.su), Fu = total(sums.Fu), sy = total(sums.sy);
        clippedCount = total(sums.clippedCount), clippedEnergy = total(sums.clippedEnergy);
        write = total(sums.write), erase = total(sums.erase), kill = total(sums.kill);
    }
};

ChannelRole roleOf(const Ratio &branchShare)
{
    if (!branchShare.isDefined)
        return ChannelRole::Dead;
    if (branchShare.value < kMixFrom)
        return ChannelRole::Skip;
    return branchShare.value > kOverwriteFrom ? ChannelRole::Overwrite : ChannelRole::Mix;
}

/// The branch's factor: a plain block ignores beta.
double betaOf(const BlockContribution &block)
{
    return block.hasShortcut ? double(block.scale.beta) : 1.0;
}

std::vector<ChannelContribution> channelsOf(const nn::BlockSums &sums, int image, double beta)
{
    std::vector<ChannelContribution> channels(std::size_t(sums.channels));
    const auto ss = partOf(sums.ss, sums, image), FF = partOf(sums.FF, sums, image), uu = partOf(sums.uu, sums, image),
               Fu = partOf(sums.Fu, sums, image);
    for (std::size_t c = 0; c < channels.size(); ++c) {
        ChannelContribution &channel = channels[c];
        channel = {ss.empty() ? 0.0 : std::sqrt(ss[c]), std::sqrt(FF[c]), std::sqrt(uu[c]), ratio(beta * Fu[c], uu[c])};
        channel.role = roleOf(channel.branchShare);
    }
    return channels;
}

/// y - x = m*max(beta F, 0) + m*min(beta F, 0) + m*(alpha - 1) x - (1 - m)*x; a negative beta swaps write and erase.
void setThreeWays(BlockContribution &block, const Totals &t)
{
    const double alpha = block.scale.alpha, beta = block.scale.beta;
    block.hasThreeWays = true;
    block.write = std::abs(beta) * std::sqrt(beta >= 0 ? t.write : t.erase);
    block.erase = std::abs(beta) * std::sqrt(beta >= 0 ? t.erase : t.write);
    block.kill = std::sqrt(t.kill);
    block.rescale = std::abs(alpha - 1) * std::sqrt(std::max(t.ss - t.kill, 0.0));
}

Result<Magnitude> inputMagnitude(const TracedRun &run, const nn::Block &block)
{
    return run.trace.moments(block.x).map([&](const nn::Moments &m) {
        const std::span squares(m.square.data() + std::size_t(run.image) * m.channels, std::size_t(m.channels));
        return magnitude(sum(squares), std::size_t(m.channels) * m.pixels);
    });
}

void setRatios(BlockContribution &block, const Totals &t)
{
    if (block.hasShortcut) {
        block.skipShare = ratio(double(block.scale.alpha) * t.su, t.uu);
        block.residualRatio = ratio(std::sqrt(t.FF), std::sqrt(t.ss));
        block.alignment = ratio(t.sF, std::sqrt(t.ss) * std::sqrt(t.FF));
    }
    if (block.isIdentity)
        block.refinement = ratio(t.sy, std::sqrt(t.ss) * std::sqrt(t.yy));
    block.branchShare = ratio(betaOf(block) * t.Fu, t.uu);
}

/// What the ReLU clips.
void setClipped(BlockContribution &block, const Totals &t, double count)
{
    block.clippedShare = ratio(t.clippedCount, count);
    block.clippedEnergy = ratio(t.clippedEnergy, t.uu);
}

} // namespace

Result<BlockContribution> contributionOf(const TracedRun &run, int index)
{
    TRY(check(run));
    TRY(checkBlock(run.network(), index));
    const nn::Block &b = run.network().blocks[index];
    const nn::BlockSums sums = TRY(run.trace.blockSums(index));
    const Totals t(sums, run.image);
    BlockContribution block{index, b.name, b.stage, b.identity, b.hasShortcut()};
    block.shape = run.trace.shapes()[b.u];
    block.shape.n = 1;
    block.scale = run.scaleOf(index);
    const std::size_t count = block.shape.count();
    block.s = magnitude(t.ss, count);
    block.F = magnitude(t.FF, count);
    block.u = magnitude(t.uu, count);
    block.y = magnitude(t.yy, count);
    block.x = block.s;
    if (!b.identity)
        block.x = TRY(inputMagnitude(run, b));
    setRatios(block, t);
    if (run.network().hasRelus()) {
        setClipped(block, t, double(count));
        if (b.identity)
            setThreeWays(block, t);
    }
    block.channels = channelsOf(sums, run.image, betaOf(block));
    block.complaint = complaintAbout(
        {{"x", block.x.norm}, {"s", block.s.norm}, {"F", block.F.norm}, {"u", block.u.norm}, {"y", block.y.norm}});
    block.isDead = t.yy == 0 && block.complaint.empty();
    return block;
}

Result<std::vector<BlockContribution>> contributionsOf(const TracedRun &run, const std::stop_token &stop)
{
    std::vector<BlockContribution> blocks;
    const Fit fit = TRY(fitOf(run, stop));
    for (int b = 0; b < int(run.network().blocks.size()); ++b) {
        TRY(checkNotStopped(stop, "contributions"));
        blocks.push_back(TRY(contributionOf(run, b)));
        blocks.back().fit = blockFitOf(fit, b);
    }
    return blocks;
}

Result<BlockMaps> mapsOf(const TracedRun &run, int index)
{
    TRY(check(run));
    TRY(checkBlock(run.network(), index));
    const nn::Block &block = run.network().blocks[index];
    BlockMaps maps;
    const std::pair<int, Tensor *> wanted[] = {{block.s, &maps.s}, {block.F, &maps.F}, {block.u, &maps.u}};
    for (const auto &[layer, map] : wanted) {
        if (layer < 0)
            continue;
        const Tensor norms = TRY(run.trace.pixelNorms(layer));
        *map = Tensor({1, 1, norms.shape.h, norms.shape.w});
        const auto image = imageOf(norms, run.image);
        std::copy(image.begin(), image.end(), map->values.begin());
    }
    return maps;
}

} // namespace reslens::analysis
