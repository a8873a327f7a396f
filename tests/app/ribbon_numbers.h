// Networks with made-up block numbers for the ribbon's tests: real numbers of deep networks take minutes.
#pragma once

#include "models/block_model.h"
#include "nn/resnet.h"

#include <cmath>
#include <memory>

namespace reslens::test {

/// Accepts any depth 6n + 2 of the CIFAR family, or a name of nn::architectureNamed().
inline std::unique_ptr<models::BlockModel> blocksOf(const char *architecture, int side = 32)
{
    auto model = std::make_unique<models::BlockModel>();
    model->setNetwork(nn::buildNetwork(*nn::architectureNamed(architecture)), side);
    return model;
}

/// Makes shares that vary with depth; in some blocks skip and branch oppose each other.
inline analysis::BlockContribution madeUpContribution(const models::BlockModel &model, int block)
{
    const models::BlockRow &row = model.row(model.rowOf(block));
    const bool hasShortcut = row.skip != models::SkipKind::None;
    analysis::BlockContribution c{
        block, row.name.toStdString(), row.stage, row.skip == models::SkipKind::Identity, hasShortcut, row.shape};
    const double branch = hasShortcut ? 0.45 + 0.35 * std::sin(0.9 * block) - (block % 7 == 5 ? 0.6 : 0) : 1;
    c.x = c.s = {10, 0.5};
    c.F = {6, 0.3 + 0.1 * std::cos(block)};
    c.u = c.y = {12, 0.4 + 0.02 * block};
    c.branchShare = {branch, true};
    if (hasShortcut) {
        c.skipShare = {1 - branch, true};
        c.residualRatio = {c.F.norm / c.s.norm, true};
        c.alignment = {std::sin(1.7 * block) * 0.4, true};
    }
    if (c.isIdentity) {
        c.refinement = {0.8 + 0.15 * std::cos(block), true};
        c.hasThreeWays = true;
        c.write = 3, c.erase = 2, c.kill = 1;
    }
    c.clippedShare = {0.4, true};
    c.clippedEnergy = {0.1, true};
    return c;
}

inline std::vector<analysis::BlockContribution> madeUpContributions(const models::BlockModel &model)
{
    std::vector<analysis::BlockContribution> all;
    for (int block = 0; block < model.blockCount(); ++block)
        all.push_back(madeUpContribution(model, block));
    return all;
}

inline analysis::GradientFlow madeUpFlow(const models::BlockModel &model)
{
    analysis::GradientFlow flow;
    for (int block = 0; block < model.blockCount(); ++block) {
        const models::BlockRow &row = model.row(model.rowOf(block));
        const bool hasShortcut = row.skip != models::SkipKind::None;
        analysis::BlockFlow f{block, row.name.toStdString(), row.stage, row.skip == models::SkipKind::Identity,
                              hasShortcut};
        const double branch = hasShortcut ? 0.3 + 0.2 * std::cos(0.7 * block) : 1;
        f.gx = {1 + 0.2 * block, 0.01 + 0.001 * block};
        f.branchShare = {branch, true};
        if (hasShortcut)
            f.skipShare = {1 - branch, true};
        f.gain = f.rmsGain = {std::exp2(std::sin(block)), true};
        f.cosine = {0.3 * std::cos(block), hasShortcut};
        flow.blocks.push_back(f);
    }
    return flow;
}

} // namespace reslens::test
