// Where rounding decides. A ReLU lets a value pass when it is above 0, a max-pool passes the gradient on to the largest
// of its window; two correct programs may choose differently where the values are within rounding error of each other.
// The outputs hardly differ then, but the gradient takes another way. So these places are counted and weighed, and the
// gradients behind them are allowed the error that follows from them: see docs/decompositions.md, "The self-test".
#pragma once

#include "nn/gradients.h"

#include <map>
#include <vector>

namespace reslens::selftest {

/// Elements of the output of each ReLU and max-pool, by layer, that two traces of one input decided differently.
struct Choices {
    std::map<int, std::vector<std::size_t>> differing; // only layers with such elements
    std::size_t differingCount = 0, count = 0;

    void addRelu(int layer, const Tensor &y, const Tensor &expectedY);
    void addMaxPool(int layer, const nn::MaxPool &op, const Tensor &x, const Tensor &expectedX);

    /// The share of ‖gy‖² that arrives at such elements, gy being the gradient at the output of `layer`.
    double energyShare(int layer, const Tensor &gy) const;
};

} // namespace reslens::selftest
