#include "reference/layer_runner.h"

#include "reference/pooling.h"
#include "reference/weighted_sums.h"

namespace reslens::reference {

namespace {

/// Parameters have one to four axes; the missing ones count as 1.
Tensor decoded(const StoredTensor &stored)
{
    int extents[4] = {1, 1, 1, 1};
    for (std::size_t axis = 0; axis < stored.shape.size(); ++axis)
        extents[axis] = int(stored.shape[axis]);
    Tensor tensor;
    tensor.shape = {extents[0], extents[1], extents[2], extents[3]};
    tensor.values = stored.toFloats();
    return tensor;
}

/// The operations without parameters. What is not listed here does not compile until it has a handler of its own.
struct NoParameters {
    NoParameters(const nn::Input &) {}
    NoParameters(const nn::Relu &) {}
    NoParameters(const nn::Activate &) {}
    NoParameters(const nn::Add &) {}
    NoParameters(const nn::MaxPool &) {}
    NoParameters(const nn::AveragePool &) {}
    NoParameters(const nn::BlurPool &) {}
    NoParameters(const nn::ZeroPadShortcut &) {}
    NoParameters(const nn::GlobalAveragePool &) {}
    NoParameters(const nn::Softmax &) {}
};

} // namespace

LayerRunner::LayerRunner(const nn::Layer &layer, const nn::Parameters &parameters, Arithmetic arithmetic)
    : m_op(layer.op)
{
    for (const nn::ParameterSpec &spec : nn::parametersOf(layer))
        m_parameters.push_back(decoded(parameters.at(spec.name)));
    if (const auto *conv = std::get_if<nn::Conv2d>(&m_op); conv && arithmetic == Arithmetic::Fast) {
        m_fastConvolution.emplace(*conv, m_parameters[0]);
        m_parameters[0] = Tensor();
    }
}

Tensor LayerRunner::run(std::span<const Tensor *const> inputs, const nn::BlockScale &scale)
{
    const Tensor &x = *inputs[0];
    const std::vector<Tensor> &p = m_parameters;
    return std::visit(nn::Overloaded{
                          [&](const nn::Input &) { return x; },
                          [&](const nn::Conv2d &op) {
                              Tensor y = m_fastConvolution ? (*m_fastConvolution)(x) : conv2d(op, x, p[0]);
                              if (op.hasBias)
                                  addBias(y, p[1].values);
                              return y;
                          },
                          [&](const nn::BatchNorm &op) { return batchNorm(op, x, batchNormParameters()); },
                          [&](const nn::Relu &) { return relu(x); },
                          [&](const nn::Activate &op) { return activate(op, x); },
                          [&](const nn::Add &) { return add(x, *inputs[1], scale); },
                          [&](const nn::MaxPool &op) { return maxPool(op, x); },
                          [&](const nn::AveragePool &op) { return averagePool(op, x); },
                          [&](const nn::BlurPool &op) { return blurPool(op, x); },
                          [&](const nn::ZeroPadShortcut &op) { return zeroPadShortcut(op, x); },
                          [&](const nn::GlobalAveragePool &) { return globalAveragePool(x); },
                          [&](const nn::Linear &op) { return linear(op, x, p[0], p[1].values); },
                          [&](const nn::Softmax &) { return softmax(x); },
                      },
                      m_op);
}

std::vector<Tensor> LayerRunner::backward(std::span<const Tensor *const> inputs, const Tensor &y, const Tensor &gy,
                                          const nn::BlockScale &scale)
{
    using Sent = std::vector<Tensor>;
    const std::vector<Tensor> &p = m_parameters;
    const auto x = [&] { return inputs[0]->shape; };
    return std::visit(
        nn::Overloaded{
            [&](const nn::Input &) { return Sent{}; },
            [&](const nn::Conv2d &op) {
                return Sent{m_fastConvolution ? m_fastConvolution->backwardInput(gy, x())
                                              : conv2dBackwardInput(op, gy, p[0], x())};
            },
            [&](const nn::BatchNorm &op) { return Sent{batchNormBackwardInput(op, gy, batchNormParameters())}; },
            [&](const nn::Relu &) { return Sent{reluBackward(y, gy)}; },
            [&](const nn::Activate &op) { return Sent{activateBackward(op, *inputs[0], gy)}; },
            [&](const nn::Add &) {
                AddGradients g = addBackward(gy, scale);
                return Sent{std::move(g.gs), std::move(g.gF)};
            },
            [&](const nn::MaxPool &op) { return Sent{maxPoolBackward(op, *inputs[0], gy)}; },
            [&](const nn::AveragePool &op) { return Sent{averagePoolBackward(op, gy, x())}; },
            [&](const nn::BlurPool &op) { return Sent{blurPoolBackward(op, gy, x())}; },
            [&](const nn::ZeroPadShortcut &op) { return Sent{zeroPadShortcutBackward(op, gy, x())}; },
            [&](const nn::GlobalAveragePool &) { return Sent{globalAveragePoolBackward(gy, x())}; },
            [&](const nn::Linear &op) { return Sent{linearBackwardInput(op, gy, p[0])}; },
            [&](const nn::Softmax &) { return Sent{softmaxBackward(y, gy)}; },
        },
        m_op);
}

std::vector<float> LayerRunner::parameterGradient(int index, const Tensor &x, const Tensor &gy)
{
    return std::visit(nn::Overloaded{
                          [&](const nn::Conv2d &op) {
                              if (index == 1)
                                  return biasBackward(gy);
                              return m_fastConvolution ? m_fastConvolution->backwardWeights(x, gy).values
                                                       : conv2dBackwardWeights(op, x, gy).values;
                          },
                          [&](const nn::BatchNorm &op) {
                              BatchNormGradients g = batchNormBackwardParameters(op, x, gy, batchNormParameters());
                              return std::move(index == 0 ? g.ggamma : g.gbeta);
                          },
                          [&](const nn::Linear &op) {
                              return index == 0 ? linearBackwardWeights(op, x, gy).values : biasBackward(gy);
                          },
                          [](const NoParameters &) { return std::vector<float>{}; },
                      },
                      m_op);
}

BatchNormParameters LayerRunner::batchNormParameters() const
{
    const std::vector<Tensor> &p = m_parameters;
    return {p[0].values, p[1].values, p[2].values, p[3].values};
}

std::string LayerRunner::kernelName() const
{
    return nn::describe(m_op) + (m_fastConvolution ? ", oneDNN" : "");
}

std::size_t LayerRunner::memoryBytes() const
{
    std::size_t bytes = m_fastConvolution ? m_fastConvolution->memoryBytes() : 0;
    for (const Tensor &parameter : m_parameters)
        bytes += parameter.values.size() * sizeof(float);
    return bytes;
}

PreparedModel::PreparedModel(std::shared_ptr<const nn::Model> preparedModel, Arithmetic arithmetic)
    : model(std::move(preparedModel))
{
    for (const nn::Layer &layer : network().layers) {
        runners.emplace_back(layer, model->parameters, arithmetic);
        const auto *add = std::get_if<nn::Add>(&layer.op);
        blockOf.push_back(add ? add->block : -1);
    }
}

nn::BlockScale PreparedModel::scaleOf(int layer, const std::vector<nn::BlockScale> &scales) const
{
    return blockOf[layer] >= 0 ? scales[blockOf[layer]] : nn::BlockScale{};
}

std::vector<const Tensor *> PreparedModel::inputsOf(int layer, const std::vector<Tensor> &outputs,
                                                    const Tensor &image) const
{
    std::vector<const Tensor *> inputs;
    for (const int at : network().layers[layer].inputs)
        inputs.push_back(&outputs[at]);
    if (inputs.empty())
        inputs.push_back(&image);
    return inputs;
}

} // namespace reslens::reference
