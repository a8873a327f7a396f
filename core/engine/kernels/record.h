// Turns the steps of a program into dispatches: one function for each kernel, named in the table of operations.
#pragma once

#include "engine/replay.h"
#include "interface.h"

namespace reslens::engine {

/// Everything that the recording of a step may use.
struct Recording {
    const nn::Network &network;
    const Replay &values;
    const DeviceWeights &weights; // for the program's direction
    KernelStore &kernels;
    const vulkan::Buffer &scales; // (alpha, beta) of every block
    vulkan::Recorder &recorder;

    const vulkan::Buffer &buffer(int value) const { return values.buffer(value); }
    const Shape &shape(int value) const { return values.shape(value); }
    /// The texels of a value without the zero texel.
    int texels(int value) const { return int(packedTexels(shape(value)) - 1); }
    template <typename Op>
    const Op &op(const Step &step) const
    {
        return std::get<Op>(network.layers[step.layer].op);
    }
};

std::string recordConvolution(const Recording &to, const Step &step);
std::string recordRelu(const Recording &to, const Step &step);
std::string recordActivate(const Recording &to, const Step &step);
std::string recordAdd(const Recording &to, const Step &step);
std::string recordMaxPool(const Recording &to, const Step &step);
std::string recordAveragePool(const Recording &to, const Step &step);
std::string recordBlurPool(const Recording &to, const Step &step);
std::string recordZeroPadShortcut(const Recording &to, const Step &step);
std::string recordGlobalAveragePool(const Recording &to, const Step &step);
std::string recordSoftmax(const Recording &to, const Step &step);

/// writes = factor * w^T reads[0]; an operand masks it by [operand > 0].
std::string recordConvolutionGradient(const Recording &to, const Step &step);
/// writes = factor * the gradient of the convolution's folded weights, from its input and its output's gradient.
std::string recordWeightGradient(const Recording &to, const Step &step);
/// writes = [operand > 0] * reads[0]; one image's operand masks all images.
std::string recordReluGradient(const Recording &to, const Step &step);
/// writes = reads[0] * the derivative at the operand, which is the activation's input; one image's operand is for all.
std::string recordActivateGradient(const Recording &to, const Step &step);
/// writes = reads[0] at the maxima of the operand's windows.
std::string recordMaxPoolGradient(const Recording &to, const Step &step);
/// writes = factor * (option A's subsampling)^T reads[0].
std::string recordZeroPadGradient(const Recording &to, const Step &step);
/// writes = reads[0] in equal parts over the windows of the operation.
std::string recordAveragePoolGradient(const Recording &to, const Step &step);
/// writes = reads[0] by the weights of the windows of the operation.
std::string recordBlurPoolGradient(const Recording &to, const Step &step);
/// writes = reads[0] / (H*W) everywhere.
std::string recordGlobalAveragePoolGradient(const Recording &to, const Step &step);
/// writes = p * (reads[0] - <p, reads[0]>) with p the operand.
std::string recordSoftmaxGradient(const Recording &to, const Step &step);
/// writes = factor * reads[0].
std::string recordScaledGradient(const Recording &to, const Step &step);
/// writes = reads[0] + reads[1].
std::string recordSum(const Recording &to, const Step &step);
/// writes[k] = reads[0][k] + reads[1][k-1], by image; the result has one image more than both.
std::string recordPathSum(const Recording &to, const Step &step);

/// Dispatches `push.count` invocations of a shader in workgroups of the device's size. `constants` begin at id 1.
template <typename Push>
std::string recordShader(const Recording &to, const char *shader, const std::vector<const vulkan::Buffer *> &buffers,
                         const Push &push, std::vector<std::uint32_t> constants = {})
{
    to.recorder.dispatch(to.kernels.kernel(shader, std::move(constants)), buffers, push, std::uint32_t(push.count));
    return shader;
}

} // namespace reslens::engine
