// Rounding decides some choices. A ReLU passes a value that is above 0, and a max-pool passes the gradient to the
// largest value of its window; two correct programs may choose differently if the values are within rounding error of
// each other. The outputs then hardly differ, but the gradient takes another way. So the self-test counts and weighs
// these places, and allows the gradients that follow them the resulting error: see docs/decompositions.md, "The
// self-test".
#pragma once

#include "nn/gradients.h"

#include <map>
#include <vector>

namespace reslens::selftest {

/// Elements of the output of each ReLU and max-pool, by layer, for which two traces of one input chose differently.
struct Choices {
    std::map<int, std::vector<std::size_t>> differing; // only layers with such elements
    std::size_t differingCount = 0, count = 0;

    void addRelu(int layer, const Tensor &y, const Tensor &expectedY);
    void addMaxPool(int layer, const nn::MaxPool &op, const Tensor &x, const Tensor &expectedX);

    /// The share of ‖gy‖² that arrives at such elements; gy is the gradient at the output of `layer`.
    double energyShare(int layer, const Tensor &gy) const;
};

} // namespace reslens::selftest
