#include "engine/kernels/record.h"

namespace reslens::engine {

namespace {

struct StepRecorder {
    const Recording &to;
    const Step &step;

    std::string operator()(const nn::Conv2d &) const { return recordConvolution(to, step); }
    std::string operator()(const nn::Linear &) const { return recordConvolution(to, step); }
    std::string operator()(const nn::Relu &) const { return recordRelu(to, step); }
    std::string operator()(const nn::Add &) const { return recordAdd(to, step); }
    std::string operator()(const nn::MaxPool &op) const { return recordMaxPool(to, step, op); }
    std::string operator()(const nn::ZeroPadShortcut &op) const { return recordZeroPadShortcut(to, step, op); }
    std::string operator()(const nn::GlobalAveragePool &) const { return recordGlobalAveragePool(to, step); }
    std::string operator()(const nn::Softmax &) const { return recordSoftmax(to, step); }
    // The plan makes no steps of these: the input is uploaded and batch norms are folded.
    std::string operator()(const nn::Input &) const { throw std::logic_error("a step for an input"); }
    std::string operator()(const nn::BatchNorm &) const
    {
        throw std::logic_error("a batch norm without its convolution");
    }
};

} // namespace

std::string record(const Recording &to, const Step &step)
{
    return std::visit(StepRecorder{to, step}, to.network.layers[step.op].op);
}

} // namespace reslens::engine
