// A 3x3 convolution with a quarter of the multiplications: Winograd's F(4x4, 3x3) (Lavin and Gray 2015, arXiv
// 1509.09308, section 4). Every 4x4 tile of y comes from a 6x6 window of x in three steps: V = B^T d B
// (winograd_input.comp), at each of the 36 places m = sum over c of (G g G^T) V, which is a 1x1 convolution in 36
// groups, and y = A^T m A (winograd_output.comp). The transforms cost accuracy: a few units in the sixth digit.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::engine::winograd {

inline constexpr int kTile = 4, kPlaces = 36;

/// Whether `op` can be computed so.
bool fits(const nn::Conv2d &op);

/// The convolution of the middle step: kPlaces groups, each from all of op's inputs to all of its outputs.
nn::Conv2d middleOf(const nn::Conv2d &op);

/// Of an input or output of shape `shape`: what the middle step reads or writes.
Shape middleShape(Shape shape);

/// G g G^T of the filters [K][C][3][3], those of output k multiplied by scale[k]: the middle step's weights,
/// [36 * K][C]. In fp64, rounded once.
std::vector<float> transformed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale);

} // namespace reslens::engine::winograd
