// The same sums as conv2d() and its backward, by oneDNN: for networks that the plain loops would take minutes over.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <memory>

namespace reslens::reference {

class FastConvolution {
public:
    /// Keeps one copy of w (K, C/groups, R, R), in the order that suits the last input's shape. Throws dnnl::error.
    FastConvolution(const nn::Conv2d &op, const Tensor &w);
    ~FastConvolution();
    FastConvolution(FastConvolution &&) noexcept;
    FastConvolution &operator=(FastConvolution &&) noexcept;

    Tensor operator()(const Tensor &x);
    /// conv2dBackwardInput() and conv2dBackwardWeights().
    Tensor backwardInput(const Tensor &gy, Shape x);
    Tensor backwardWeights(const Tensor &x, const Tensor &gy);
    std::size_t memoryBytes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace reslens::reference
