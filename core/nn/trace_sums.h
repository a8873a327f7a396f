// The sums per channel and norms per pixel that the decompositions need, computed where the tensors of a trace are.
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <vector>

namespace reslens::nn {

/// The sum and the sum of squares of one layer's output over the pixels, at [n * channels + c].
struct Moments {
    int images = 0, channels = 0, pixels = 0;
    std::vector<double> sum, square;
};

/// The sums of one block over the pixels, each at [n * channels + c]; see docs/decompositions.md. A plain block has no
/// s: sums with s are empty, and u = F.
struct BlockSums {
    int images = 0, channels = 0, pixels = 0;
    std::vector<double> ss, FF, uu, yy;     // <s,s>, <F,F>, <u,u>, <y,y>
    std::vector<double> sF, su, Fu, sy;     // <s,F>, <s,u>, <F,u>, <s,y>; an identity's s is x
    std::vector<double> clippedCount;       // number of elements with u <= 0
    std::vector<double> clippedEnergy;      // sum of u^2 where u <= 0
    std::vector<double> write, erase, kill; // squared norms of m*max(F,0), m*min(F,0), s*(1-m) with m = [u > 0]
};

/// Computes the same sums from the tensors, in double precision. `s` is null in a plain block.
Moments momentsOf(const Tensor &tensor);
BlockSums blockSumsOf(const Tensor *s, const Tensor &F, const Tensor &u, const Tensor &y);
/// sqrt(sum over c of value^2) at every pixel: (N, 1, H, W).
Tensor pixelNormsOf(const Tensor &tensor);

} // namespace reslens::nn
