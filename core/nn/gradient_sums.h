// What the gradient flow needs of a block's gradients, reduced where they are: inner products per channel.
#pragma once

#include "nn/gradients.h"

#include <array>
#include <vector>

namespace reslens::nn {

/// Inner products of one block's gradients, summed over the pixels, each at [n * channels + c]; see
/// docs/decompositions.md. In a plain block there is no g_s: what contains it is empty.
struct BlockGradientSums {
    Shape y, x; // of g_y and g_u; of g_s, g_F and g_x
    std::vector<double> gygy, gugu;
    std::vector<double> gsgs, gFgF, gxgx;
    std::vector<double> gsgF, gsgx, gFgx;

    double ofImage(std::vector<double> BlockGradientSums::*sum, int image) const;
};

/// The gradients that these products are made of.
enum class BlockGradient { y, u, s, F, x };
inline constexpr std::size_t kBlockGradients = 5;

struct BlockGradientPlace {
    Shape BlockGradientSums::*shape; // those of one shape are read together
    int Block::*layer;               // it is the gradient of this layer's output; null: a part of what arrives at x
};
inline constexpr std::array<BlockGradientPlace, kBlockGradients> kBlockGradientPlaces{{
    {&BlockGradientSums::y, &Block::y},
    {&BlockGradientSums::y, &Block::u},
    {&BlockGradientSums::x, nullptr},
    {&BlockGradientSums::x, nullptr},
    {&BlockGradientSums::x, &Block::x},
}};

struct GradientProduct {
    std::vector<double> BlockGradientSums::*sum;
    BlockGradient a, b;
};
/// Every sum of BlockGradientSums: whoever computes them goes through this list.
inline constexpr std::array kGradientProducts{
    GradientProduct{&BlockGradientSums::gygy, BlockGradient::y, BlockGradient::y},
    GradientProduct{&BlockGradientSums::gugu, BlockGradient::u, BlockGradient::u},
    GradientProduct{&BlockGradientSums::gsgs, BlockGradient::s, BlockGradient::s},
    GradientProduct{&BlockGradientSums::gFgF, BlockGradient::F, BlockGradient::F},
    GradientProduct{&BlockGradientSums::gxgx, BlockGradient::x, BlockGradient::x},
    GradientProduct{&BlockGradientSums::gsgF, BlockGradient::s, BlockGradient::F},
    GradientProduct{&BlockGradientSums::gsgx, BlockGradient::s, BlockGradient::x},
    GradientProduct{&BlockGradientSums::gFgx, BlockGradient::F, BlockGradient::x},
};

/// The same sums from the tensors themselves, in double precision: by BlockGradient; null: g_s of a plain block.
BlockGradientSums blockGradientSumsOf(const std::array<const Tensor *, kBlockGradients> &gradients);

/// Gradients whose executor sums them where they are.
class SummedGradients : public Gradients {
public:
    using Gradients::Gradients;
    /// ErrorKind::NotFound: no such block.
    virtual Result<BlockGradientSums> blockSums(const Network &network, int block) const = 0;
};

/// Of block `block`, from the tensors unless the executor can do so where they are. Errors: as Gradients::ofBlock().
Result<BlockGradientSums> blockGradientSums(const Gradients &gradients, const Network &network, int block);
Result<BlockGradientSums> blockGradientSumsOfTensors(const Gradients &gradients, const Network &network, int block);

} // namespace reslens::nn
