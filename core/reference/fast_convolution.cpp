#include "reference/fast_convolution.h"

#include <dnnl.hpp>
#include <omp.h>

#include <algorithm>
#include <cstring>

namespace reslens::reference {

namespace {

/// Leaves one core to the window and to other programs: OpenMP's threads spin at their barriers, so one thread that
/// waits for its core makes a forward pass ten times slower. Applies to the calling thread.
void leaveOneCore()
{
    omp_set_num_threads(std::max(1, omp_get_num_procs() - 1));
}

} // namespace

struct FastConvolution::State {
    using Tag = dnnl::memory::format_tag;

    nn::Conv2d op;
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::memory weights; // in `plan`'s order
    Shape inputShape{0, 0, 0, 0};
    dnnl::convolution_forward::primitive_desc plan;
    dnnl::convolution_forward convolution;

    explicit State(const nn::Conv2d &convolutionOp) : op(convolutionOp) {}

    Shape outputShape(const Shape &input) const { return nn::outputShape(op, input); }
    /// oneDNN spells grouped weights (groups, K/groups, C/groups, R, S).
    dnnl::memory::dims weightDims() const;
    /// (K, C/groups, R, S) as Tensor has it.
    Tag plainWeights() const { return op.groups == 1 ? Tag::oihw : Tag::goihw; }
    /// The plan of a forward pass for this input; `kind` says whether a backward pass will follow.
    dnnl::convolution_forward::primitive_desc planned(const Shape &input, dnnl::prop_kind kind) const;

    /// A view of the tensor's own values, NCHW. oneDNN's handles are not const, but it only writes to destinations.
    dnnl::memory viewOf(const Tensor &tensor) const;
    dnnl::memory reordered(dnnl::memory from, const dnnl::memory::desc &wanted);
    /// Runs `primitive` and brings its output `argument` into `destination`, which may have another order.
    void execute(const dnnl::primitive &primitive, std::unordered_map<int, dnnl::memory> arguments, int argument,
                 dnnl::memory destination, const dnnl::memory::desc &wanted);

    /// `value` along both axes.
    static dnnl::memory::dims both(int value) { return {value, value}; }
    /// oneDNN counts the pixels between two taps.
    dnnl::memory::dims dilates() const { return both(op.window().dilation - 1); }

    static dnnl::memory::desc describe(const dnnl::memory::dims &dims, Tag tag)
    {
        return {dims, dnnl::memory::data_type::f32, tag};
    }
    static dnnl::memory::dims dimsOf(const Shape &shape) { return {shape.n, shape.c, shape.h, shape.w}; }
};

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
    const dnnl::convolution_forward::desc description(
        kind, dnnl::algorithm::convolution_direct, describe(dimsOf(input), Tag::any), describe(weightDims(), Tag::any),
        describe(dimsOf(outputShape(input)), Tag::any), both(op.stride), dilates(), both(op.padding), both(op.padding));
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

Tensor FastConvolution::backwardInput(const Tensor &gy, Shape x)
{
    State &state = *m_state;
    const nn::Conv2d &op = state.op;
    const dnnl::memory::dims strides = State::both(op.stride), padding = State::both(op.padding);
    const dnnl::convolution_backward_data::desc description(
        dnnl::algorithm::convolution_direct, State::describe(State::dimsOf(x), State::Tag::any),
        State::describe(state.weightDims(), State::Tag::any), State::describe(State::dimsOf(gy.shape), State::Tag::any),
        strides, state.dilates(), padding, padding);
    const dnnl::convolution_backward_data::primitive_desc plan(description, state.engine,
                                                               state.planned(x, dnnl::prop_kind::forward_training));
    const dnnl::memory sent = state.reordered(state.viewOf(gy), plan.diff_dst_desc());
    const dnnl::memory weights = state.reordered(state.weights, plan.weights_desc());
    Tensor gx(x);
    state.execute(dnnl::convolution_backward_data(plan), {{DNNL_ARG_DIFF_DST, sent}, {DNNL_ARG_WEIGHTS, weights}},
                  DNNL_ARG_DIFF_SRC, state.viewOf(gx), plan.diff_src_desc());
    return gx;
}

Tensor FastConvolution::backwardWeights(const Tensor &x, const Tensor &gy)
{
    State &state = *m_state;
    const nn::Conv2d &op = state.op;
    const dnnl::memory::dims strides = State::both(op.stride), padding = State::both(op.padding);
    const dnnl::convolution_backward_weights::desc description(
        dnnl::algorithm::convolution_direct, State::describe(State::dimsOf(x.shape), State::Tag::any),
        State::describe(state.weightDims(), State::Tag::any), State::describe(State::dimsOf(gy.shape), State::Tag::any),
        strides, state.dilates(), padding, padding);
    const dnnl::convolution_backward_weights::primitive_desc plan(
        description, state.engine, state.planned(x.shape, dnnl::prop_kind::forward_training));
    const dnnl::memory source = state.reordered(state.viewOf(x), plan.src_desc());
    const dnnl::memory sent = state.reordered(state.viewOf(gy), plan.diff_dst_desc());
    Tensor gw(Shape{op.channelsOut, op.channelsIn / op.groups, op.kernel, op.kernel});
    const dnnl::memory destination(State::describe(state.weightDims(), state.plainWeights()), state.engine,
                                   gw.values.data());
    state.execute(dnnl::convolution_backward_weights(plan), {{DNNL_ARG_SRC, source}, {DNNL_ARG_DIFF_DST, sent}},
                  DNNL_ARG_DIFF_WEIGHTS, destination, plan.diff_weights_desc());
    return gw;
}

std::size_t FastConvolution::memoryBytes() const
{
    return m_state->weights.get_desc().get_size();
}

} // namespace reslens::reference
