// The inner products per channel that the gradient flow needs, computed where a block's gradients are.
#pragma once

#include "nn/gradients.h"

#include <array>
#include <vector>

namespace reslens::nn {

/// Inner products of one block's gradients, summed over the pixels, each at [n * channels + c]; see
/// docs/decompositions.md. A plain block has no g_s: products with it are empty.
struct BlockGradientSums {
    Shape y, x; // of g_y and g_u; of g_s, g_F and g_x
    std::vector<double> gygy, gugu;
    std::vector<double> gsgs, gFgF, gxgx;
    std::vector<double> gsgF, gsgx, gFgx;

    double ofImage(std::vector<double> BlockGradientSums::*sum, int image) const;
};

/// The gradients in these products.
enum class BlockGradient { y, u, s, F, x };
inline constexpr std::size_t kBlockGradients = 5;

struct BlockGradientPlace {
    Shape BlockGradientSums::*shape; // gradients of one shape are read together
    int Block::*layer;               // the layer whose output has this gradient; null: a part of the gradient at x
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
/// Every sum of BlockGradientSums; all code that computes them uses this list.
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

/// Computes the same sums from the tensors, in double precision. `gradients` is indexed by BlockGradient; null: g_s of
/// a plain block.
BlockGradientSums blockGradientSumsOf(const std::array<const Tensor *, kBlockGradients> &gradients);

/// Gradients whose executor computes the sums where the gradients are.
class SummedGradients : public Gradients {
public:
    using Gradients::Gradients;
    /// NotFound: no such block.
    virtual Result<BlockGradientSums> blockSums(const Network &network, int block) const = 0;
};

/// The sums of block `block`, from the tensors unless the executor computes them where they are. Errors: as
/// Gradients::ofBlock().
Result<BlockGradientSums> blockGradientSums(const Gradients &gradients, const Network &network, int block);
Result<BlockGradientSums> blockGradientSumsOfTensors(const Gradients &gradients, const Network &network, int block);

} // namespace reslens::nn
