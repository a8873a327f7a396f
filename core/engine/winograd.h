// A 3x3 convolution with a quarter of the multiplications: Winograd's F(4x4, 3x3) (Lavin and Gray 2015, arXiv
// 1509.09308, section 4). Every 4x4 tile of y comes from a 6x6 window d of x: y = A^T (sum over c of (G g G^T) *
// (B^T d B)) A, with * place by place over 36 places; shaders/include/winograd.glsl. The filters g are transformed
// here, once.
//
// The method multiplies polynomials by their values at five points and infinity. In exact arithmetic any points work,
// but their powers cost accuracy. A sum over 64 channels has 4.4 times the rounding error of the direct form with the
// usual points 0, +-1, +-2, and twice with 0, +-5/8, +-3/2 (on choosing points: Barabasz et al. 2018, arXiv
// 1803.10986).
#pragma once

#include "interface.h"
#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>

namespace reslens::engine::winograd {

inline constexpr double kA = shaders::kWinogradA, kB = shaders::kWinogradB; // the points other than 0, with both signs
inline constexpr int kTile = 4, kPlaces = shaders::kWinogradPlaces;
inline constexpr int kOutQuads = 2; // quads of output channels per invocation

/// True if Winograd's form can compute `op`, in both directions.
bool fits(const nn::Conv2d &op);

/// Rows and columns of tiles in an image of `shape`.
struct Tiles {
    int rows, columns;
};
Tiles tilesOf(Shape shape);

/// Blocks of kOutQuads quads of output channels.
int outBlocks(const nn::Conv2d &op);
std::size_t weightFloats(const nn::Conv2d &op);

enum class Filters {
    AsTheyAre,
    Rotated, // by half a turn, with inputs and outputs exchanged: from the output's gradient to the input's
};

/// G g G^T of the filters [K][C][3][3] of `op`, those of output k multiplied by scale[k], in the shader's order:
/// weightFloats() of `op` or, rotated, of `op` with its channels exchanged. Computed in fp64 and rounded once. `out` is
/// written in order and never read, because device memory may be slow to read.
void pack(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale, Filters filters,
          std::span<float> out);

} // namespace reslens::engine::winograd
