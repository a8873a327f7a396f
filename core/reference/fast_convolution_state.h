// What the forward and the backward half of FastConvolution share; no other file speaks oneDNN.
#pragma once

#include "reference/fast_convolution.h"

#include <dnnl.hpp>

namespace reslens::reference {

struct FastConvolution::State {
    using Tag = dnnl::memory::format_tag;

    nn::Conv2d op;
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::memory weights; // in the order that `plan` wants
    Shape inputShape{0, 0, 0, 0};
    dnnl::convolution_forward::primitive_desc plan;
    dnnl::convolution_forward convolution;

    explicit State(const nn::Conv2d &convolutionOp) : op(convolutionOp) {}

    Shape outputShape(const Shape &input) const;
    /// oneDNN spells grouped weights (groups, K/groups, C/groups, R, S).
    dnnl::memory::dims weightDims() const;
    /// (K, C/groups, R, S) as Tensor has it.
    Tag plainWeights() const { return op.groups == 1 ? Tag::oihw : Tag::goihw; }
    /// The plan of a forward pass for this input; `kind` says whether a backward pass will follow.
    dnnl::convolution_forward::primitive_desc planned(const Shape &input, dnnl::prop_kind kind) const;

    /// A view of the tensor's own values, NCHW. oneDNN's handles are not const, but it only writes to destinations.
    dnnl::memory viewOf(const Tensor &tensor) const;
    dnnl::memory reordered(dnnl::memory from, const dnnl::memory::desc &wanted);
    /// Runs `primitive` so that its output `argument` ends up in `destination`, which may be of another order.
    void execute(const dnnl::primitive &primitive, std::unordered_map<int, dnnl::memory> arguments, int argument,
                 dnnl::memory destination, const dnnl::memory::desc &wanted);

    static dnnl::memory::desc describe(const dnnl::memory::dims &dims, Tag tag)
    {
        return {dims, dnnl::memory::data_type::f32, tag};
    }
    static dnnl::memory::dims dimsOf(const Shape &shape) { return {shape.n, shape.c, shape.h, shape.w}; }
};

} // namespace reslens::reference
