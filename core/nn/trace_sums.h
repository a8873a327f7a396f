// What the decompositions need of a trace, reduced where its tensors are: sums per channel, norms per pixel.
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <vector>

namespace reslens::nn {

/// Of one layer's output, at [n * channels + c]: the sum and the sum of squares over the pixels.
struct Moments {
    int images = 0, channels = 0, pixels = 0;
    std::vector<double> sum, square;
};

/// Of one block, each at [n * channels + c] and summed over the pixels; see docs/decompositions.md. In a plain block
/// there is no s: what contains it is empty, and u = F.
struct BlockSums {
    int images = 0, channels = 0, pixels = 0;
    std::vector<double> ss, FF, uu, yy;     // <s,s>, <F,F>, <u,u>, <y,y>
    std::vector<double> sF, su, Fu, sy;     // <s,F>, <s,u>, <F,u>, <s,y>; an identity's s is x
    std::vector<double> clippedCount;       // of elements with u <= 0
    std::vector<double> clippedEnergy;      // of u^2 where u <= 0
    std::vector<double> write, erase, kill; // squared norms of m*max(F,0), m*min(F,0), s*(1-m) with m = [u > 0]
};

/// The same sums from the tensors themselves, in double precision. `s` is null in a plain block.
Moments momentsOf(const Tensor &tensor);
BlockSums blockSumsOf(const Tensor *s, const Tensor &F, const Tensor &u, const Tensor &y);
/// sqrt(sum over c of value^2) at every pixel: (N, 1, H, W).
Tensor pixelNormsOf(const Tensor &tensor);

} // namespace reslens::nn
