#include "reference/fast_convolution_state.h"

namespace reslens::reference {

Tensor FastConvolution::backwardInput(const Tensor &gy, Shape x)
{
    State &state = *m_state;
    const nn::Conv2d &op = state.op;
    const dnnl::memory::dims strides{op.stride, op.stride}, padding{op.padding, op.padding};
    const dnnl::convolution_backward_data::desc description(
        dnnl::algorithm::convolution_direct, State::describe(State::dimsOf(x), State::Tag::any),
        State::describe(state.weightDims(), State::Tag::any), State::describe(State::dimsOf(gy.shape), State::Tag::any),
        strides, padding, padding);
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
    const dnnl::memory::dims strides{op.stride, op.stride}, padding{op.padding, op.padding};
    const dnnl::convolution_backward_weights::desc description(
        dnnl::algorithm::convolution_direct, State::describe(State::dimsOf(x.shape), State::Tag::any),
        State::describe(state.weightDims(), State::Tag::any), State::describe(State::dimsOf(gy.shape), State::Tag::any),
        strides, padding, padding);
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

} // namespace reslens::reference
