#include "engine/operations.h"

#include "engine/kernels/record.h"

#include <stdexcept>

namespace reslens::engine {

namespace {

int inputOf(const GradientWalk &walk, int layer)
{
    return walk.network().layers[layer].inputs[0];
}

void inputGradient(GradientWalk &, int, const Arriving &) {}

/// If only this convolution reads a ReLU, the gradient at the ReLU goes on, masked, to the layer before it.
void convolutionGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.addWeights(layer, gradient);
    const int input = inputOf(walk, layer);
    Step step{.record = recordConvolutionGradient, .layer = layer, .block = gradient.block, .factor = gradient.factor};
    if (walk.canMask(input)) {
        step.operand = input;
        walk.send(gradient, std::move(step), inputOf(walk, input));
    } else {
        walk.send(gradient, std::move(step), input);
    }
}

/// The batch norm is folded into the convolution's weights, so they have the gradient of its output.
void batchNormGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.fold(inputOf(walk, layer));
    walk.pass(gradient, inputOf(walk, layer));
}

void reluGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(walk.plain(gradient), {.record = recordReluGradient, .layer = layer, .operand = layer},
              inputOf(walk, layer));
}

void activateGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    const int input = inputOf(walk, layer);
    walk.send(walk.plain(gradient), {.record = recordActivateGradient, .layer = layer, .operand = input}, input);
}

void addGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    const nn::Layer &add = walk.network().layers[layer];
    const int block = std::get<nn::Add>(add.op).block, gu = walk.plain(gradient).value;
    walk.pass({gu, block, Factor::Alpha, Route::Skip}, add.inputs[0]);
    walk.pass({gu, block, Factor::Beta, Route::Branch}, add.inputs[1]);
}

void maxPoolGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    const int input = inputOf(walk, layer);
    walk.send(walk.plain(gradient), {.record = recordMaxPoolGradient, .layer = layer, .operand = input}, input);
}

void zeroPadGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(gradient,
              {.record = recordZeroPadGradient, .layer = layer, .block = gradient.block, .factor = gradient.factor},
              inputOf(walk, layer));
}

void averagePoolGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(walk.plain(gradient), {.record = recordAveragePoolGradient, .layer = layer}, inputOf(walk, layer));
}

void blurPoolGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(walk.plain(gradient), {.record = recordBlurPoolGradient, .layer = layer}, inputOf(walk, layer));
}

void globalAveragePoolGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(walk.plain(gradient), {.record = recordGlobalAveragePoolGradient, .layer = layer}, inputOf(walk, layer));
}

void softmaxGradient(GradientWalk &walk, int layer, const Arriving &gradient)
{
    walk.send(walk.plain(gradient), {.record = recordSoftmaxGradient, .layer = layer, .operand = layer},
              inputOf(walk, layer));
}

Operation rowOf(const nn::Input &)
{
    return {nullptr, inputGradient};
} // uploaded
Operation rowOf(const nn::Conv2d &)
{
    return {recordConvolution, convolutionGradient};
}
Operation rowOf(const nn::BatchNorm &)
{
    return {nullptr, batchNormGradient};
} // folded
Operation rowOf(const nn::Relu &)
{
    return {recordRelu, reluGradient};
}
Operation rowOf(const nn::Activate &)
{
    return {recordActivate, activateGradient};
}
Operation rowOf(const nn::Add &)
{
    return {recordAdd, addGradient};
}
Operation rowOf(const nn::MaxPool &)
{
    return {recordMaxPool, maxPoolGradient};
}
Operation rowOf(const nn::AveragePool &)
{
    return {recordAveragePool, averagePoolGradient};
}
Operation rowOf(const nn::BlurPool &)
{
    return {recordBlurPool, blurPoolGradient};
}
Operation rowOf(const nn::ZeroPadShortcut &)
{
    return {recordZeroPadShortcut, zeroPadGradient};
}
Operation rowOf(const nn::GlobalAveragePool &)
{
    return {recordGlobalAveragePool, globalAveragePoolGradient};
}
Operation rowOf(const nn::Linear &)
{
    return {recordConvolution, convolutionGradient};
}
Operation rowOf(const nn::Softmax &)
{
    return {recordSoftmax, softmaxGradient};
}

} // namespace

Operation operationOf(const nn::Op &op)
{
    return std::visit([](const auto &one) { return rowOf(one); }, op);
}

} // namespace reslens::engine
