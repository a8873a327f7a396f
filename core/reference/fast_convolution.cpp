#include "reference/fast_convolution.h"

#include "reference/fast_convolution_state.h"

#include <omp.h>

#include <algorithm>
#include <cstring>

namespace reslens::reference {

namespace {

/// One core is left to the window and to other programs: OpenMP's threads spin at their barriers, so that a single
/// one that has to wait for its core makes a forward pass ten times slower. Holds for the calling thread.
void leaveOneCore()
{
    omp_set_num_threads(std::max(1, omp_get_num_procs() - 1));
}

} // namespace

Shape FastConvolution::State::outputShape(const Shape &input) const
{
    const auto windowed = [this](int extent) { return (extent + 2 * op.padding - op.kernel) / op.stride + 1; };
    return {input.n, op.channelsOut, windowed(input.h), windowed(input.w)};
}

dnnl::memory::dims FastConvolution::State::weightDims() const
{
    const int channels = op.channelsIn / op.groups;
    if (op.groups == 1)
        return {op.channelsOut, channels, op.kernel, op.kernel};
    return {op.groups, op.channelsOut / op.groups, channels, op.kernel, op.kernel};
}

dnnl::convolution_forward::primitive_desc FastConvolution::State::planned(const Shape &input,
                                                                          dnnl::prop_kind kind) const
{
    const dnnl::memory::dims strides{op.stride, op.stride}, padding{op.padding, op.padding};
    const dnnl::convolution_forward::desc description(
        kind, dnnl::algorithm::convolution_direct, describe(dimsOf(input), Tag::any), describe(weightDims(), Tag::any),
        describe(dimsOf(outputShape(input)), Tag::any), strides, padding, padding);
    return {description, engine};
}

dnnl::memory FastConvolution::State::viewOf(const Tensor &tensor) const
{
    return {describe(dimsOf(tensor.shape), Tag::nchw), engine, const_cast<float *>(tensor.values.data())};
}

dnnl::memory FastConvolution::State::reordered(dnnl::memory from, const dnnl::memory::desc &wanted)
{
    if (from.get_desc() == wanted)
        return from;
    leaveOneCore();
    dnnl::memory to(wanted, engine);
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return to;
}

void FastConvolution::State::execute(const dnnl::primitive &primitive, std::unordered_map<int, dnnl::memory> arguments,
                                     int argument, dnnl::memory destination, const dnnl::memory::desc &wanted)
{
    leaveOneCore();
    const bool isPlain = wanted == destination.get_desc();
    dnnl::memory result = isPlain ? destination : dnnl::memory(wanted, engine);
    arguments.emplace(argument, result);
    primitive.execute(stream, arguments);
    if (!isPlain)
        dnnl::reorder(result, destination).execute(stream, result, destination);
    stream.wait();
}

FastConvolution::FastConvolution(const nn::Conv2d &op, const Tensor &w) : m_state(std::make_unique<State>(op))
{
    State &state = *m_state;
    state.weights = dnnl::memory(State::describe(state.weightDims(), state.plainWeights()), state.engine);
    std::memcpy(state.weights.get_data_handle(), w.values.data(), w.values.size() * sizeof(float));
}

FastConvolution::~FastConvolution() = default;
FastConvolution::FastConvolution(FastConvolution &&) noexcept = default;
FastConvolution &FastConvolution::operator=(FastConvolution &&) noexcept = default;

Tensor FastConvolution::operator()(const Tensor &x)
{
    State &state = *m_state;
    if (x.shape != state.inputShape) {
        state.plan = state.planned(x.shape, dnnl::prop_kind::forward_inference);
        state.convolution = dnnl::convolution_forward(state.plan);
        state.weights = state.reordered(state.weights, state.plan.weights_desc());
        state.inputShape = x.shape;
    }
    Tensor y(state.outputShape(x.shape));
    const dnnl::memory source = state.reordered(state.viewOf(x), state.plan.src_desc());
    state.execute(state.convolution, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, state.weights}}, DNNL_ARG_DST,
                  state.viewOf(y), state.plan.dst_desc());
    return y;
}

std::size_t FastConvolution::memoryBytes() const
{
    return m_state->weights.get_desc().get_size();
}

} // namespace reslens::reference
