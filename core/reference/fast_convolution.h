// The same sums as conv2d() and its backward pass, by oneDNN, for networks on which the plain loops would take minutes.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <memory>

namespace reslens::reference {

class FastConvolution {
public:
    /// Keeps one copy of w (K, C/groups, R, R), in the order that fits the last input's shape. Throws dnnl::error.
    FastConvolution(const nn::Conv2d &op, const Tensor &w);
    ~FastConvolution();
    FastConvolution(FastConvolution &&) noexcept;
    FastConvolution &operator=(FastConvolution &&) noexcept;

    Tensor operator()(const Tensor &x);
    /// The same as conv2dBackwardInput() and conv2dBackwardWeights().
    Tensor backwardInput(const Tensor &gy, Shape x);
    Tensor backwardWeights(const Tensor &x, const Tensor &gy);
    std::size_t memoryBytes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace reslens::reference
