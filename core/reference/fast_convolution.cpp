#include "reference/fast_convolution.h"

#include <dnnl.hpp>
#include <omp.h>

#include <algorithm>
#include <cstring>

namespace reslens::reference {

namespace {

using Tag = dnnl::memory::format_tag;

dnnl::memory::desc describe(const dnnl::memory::dims &dims, Tag tag)
{
    return {dims, dnnl::memory::data_type::f32, tag};
}

dnnl::memory::dims dimsOf(const Shape &shape)
{
    return {shape.n, shape.c, shape.h, shape.w};
}

/// oneDNN spells grouped weights (groups, K/groups, C/groups, R, S).
dnnl::memory::dims weightDims(const nn::Conv2d &op)
{
    const int channels = op.channelsIn / op.groups;
    if (op.groups == 1)
        return {op.channelsOut, channels, op.kernel, op.kernel};
    return {op.groups, op.channelsOut / op.groups, channels, op.kernel, op.kernel};
}

/// One core is left to the window and to other programs: OpenMP's threads spin at their barriers, so that a single
/// one that has to wait for its core makes a forward pass ten times slower. Holds for the calling thread.
void leaveOneCore()
{
    omp_set_num_threads(std::max(1, omp_get_num_procs() - 1));
}

} // namespace

struct FastConvolution::State {
    nn::Conv2d op;
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::memory weights;
    Shape inputShape{0, 0, 0, 0};
    Shape outputShape;
    dnnl::convolution_forward::primitive_desc plan;
    dnnl::convolution_forward convolution;

    explicit State(const nn::Conv2d &convolutionOp) : op(convolutionOp) {}

    dnnl::memory reordered(dnnl::memory from, const dnnl::memory::desc &wanted)
    {
        if (from.get_desc() == wanted)
            return from;
        dnnl::memory to(wanted, engine);
        dnnl::reorder(from, to).execute(stream, from, to);
        stream.wait();
        return to;
    }

    void planFor(const Shape &input)
    {
        const auto windowed = [this](int extent) { return (extent + 2 * op.padding - op.kernel) / op.stride + 1; };
        outputShape = {input.n, op.channelsOut, windowed(input.h), windowed(input.w)};
        const dnnl::memory::dims strides{op.stride, op.stride}, padding{op.padding, op.padding};
        const dnnl::convolution_forward::desc description(
            dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, describe(dimsOf(input), Tag::any),
            describe(weightDims(op), Tag::any), describe(dimsOf(outputShape), Tag::any), strides, padding, padding);
        plan = {description, engine};
        convolution = dnnl::convolution_forward(plan);
        weights = reordered(weights, plan.weights_desc());
        inputShape = input;
    }
};

FastConvolution::FastConvolution(const nn::Conv2d &op, const Tensor &w) : m_state(std::make_unique<State>(op))
{
    m_state->weights = dnnl::memory(describe(weightDims(op), op.groups == 1 ? Tag::oihw : Tag::goihw), m_state->engine);
    std::memcpy(m_state->weights.get_data_handle(), w.values.data(), w.values.size() * sizeof(float));
}

FastConvolution::~FastConvolution() = default;
FastConvolution::FastConvolution(FastConvolution &&) noexcept = default;
FastConvolution &FastConvolution::operator=(FastConvolution &&) noexcept = default;

Tensor FastConvolution::operator()(const Tensor &x)
{
    leaveOneCore();
    State &state = *m_state;
    if (x.shape != state.inputShape)
        state.planFor(x.shape);
    Tensor y(state.outputShape);
    // oneDNN's handles are not const, but it only reads its source.
    dnnl::memory plainX(describe(dimsOf(x.shape), Tag::nchw), state.engine, const_cast<float *>(x.values.data()));
    dnnl::memory plainY(describe(dimsOf(y.shape), Tag::nchw), state.engine, y.values.data());
    dnnl::memory source = state.reordered(plainX, state.plan.src_desc());
    const bool isPlain = state.plan.dst_desc() == plainY.get_desc();
    dnnl::memory result = isPlain ? plainY : dnnl::memory(state.plan.dst_desc(), state.engine);
    state.convolution.execute(state.stream,
                              {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, state.weights}, {DNNL_ARG_DST, result}});
    if (!isPlain)
        dnnl::reorder(result, plainY).execute(state.stream, result, plainY);
    state.stream.wait();
    return y;
}

std::size_t FastConvolution::memoryBytes() const
{
    return m_state->weights.get_desc().get_size();
}

} // namespace reslens::reference
