#include "nn/gradient_sums.h"

#include <numeric>

namespace reslens::nn {

double BlockGradientSums::ofImage(std::vector<double> BlockGradientSums::*sum, int image) const
{
    const std::vector<double> &values = this->*sum;
    const auto perImage = std::ptrdiff_t(values.size()) / y.n, begin = perImage * image;
    return std::accumulate(values.begin() + begin, values.begin() + begin + perImage, 0.0);
}

BlockGradientSums blockGradientSumsOf(const std::array<const Tensor *, kBlockGradients> &gradients)
{
    BlockGradientSums sums;
    for (std::size_t i = 0; i < kBlockGradients; ++i)
        if (gradients[i])
            sums.*kBlockGradientPlaces[i].shape = gradients[i]->shape;
    for (const auto &[sum, first, second] : kGradientProducts) {
        const Tensor *a = gradients[std::size_t(first)], *b = gradients[std::size_t(second)];
        if (!a || !b)
            continue;
        std::vector<double> &products = sums.*sum;
        products.assign(std::size_t(a->shape.n) * a->shape.c, 0.0);
        const std::size_t plane = a->shape.planeCount();
        for (std::size_t i = 0; i < a->values.size(); ++i)
            products[i / plane] += double(a->values[i]) * b->values[i];
    }
    return sums;
}

Result<BlockGradientSums> blockGradientSums(const Gradients &gradients, const Network &network, int block)
{
    const auto *summed = dynamic_cast<const SummedGradients *>(&gradients);
    return summed ? summed->blockSums(network, block) : blockGradientSumsOfTensors(gradients, network, block);
}

Result<BlockGradientSums> blockGradientSumsOfTensors(const Gradients &gradients, const Network &network, int block)
{
    const BlockGradients parts = TRY(gradients.ofBlock(block));
    std::array<Tensor, kBlockGradients> arriving;
    std::array<const Tensor *, kBlockGradients> all{};
    for (std::size_t i = 0; i < kBlockGradients; ++i)
        if (int Block::*layer = kBlockGradientPlaces[i].layer) {
            arriving[i] = TRY(gradients.value(network.blocks[block].*layer));
            all[i] = &arriving[i];
        }
    all[std::size_t(BlockGradient::s)] = parts.gs.values.empty() ? nullptr : &parts.gs;
    all[std::size_t(BlockGradient::F)] = &parts.gF;
    return blockGradientSumsOf(all);
}

} // namespace reslens::nn
