// One operation on the device, forward and backward, for tests of single kernels.
#pragma once

#include "engine/passes.h"

#include <algorithm>

namespace reslens::test {

/// A batch norm with the same values for every channel. By default it changes nothing.
struct Norm {
    float gamma = 1, beta = 0, mean = 0, variance = 1;
};

/// A network whose layer 1 is the operation under test (and layer 2 the batch norm of a convolution). A head follows,
/// since every network has one.
class SingleOp {
public:
    explicit SingleOp(int channels)
    {
        m_model.network.layers.push_back({"input", nn::Input{channels}, {}});
        m_model.network.blocks.resize(1);
    }

    SingleOp &add(const nn::Op &op, const char *name = "op")
    {
        const int previous = int(m_model.network.layers.size()) - 1;
        m_model.network.layers.push_back({name, op, {previous}});
        return *this;
    }

    SingleOp &addBatchNorm(int channels, const Norm &norm = {})
    {
        const auto all = [&](float value) { return storeFloats({channels}, std::vector<float>(channels, value)); };
        nn::Parameters &p = m_model.parameters;
        p["norm.weight"] = all(norm.gamma);
        p["norm.bias"] = all(norm.beta);
        p["norm.running_mean"] = all(norm.mean);
        p["norm.running_var"] = all(norm.variance);
        return add(nn::BatchNorm{channels, 0.0f}, "norm");
    }

    SingleOp &addBatchNorm(float eps, const Tensor &gamma, const Tensor &beta, const Tensor &mean,
                           const Tensor &variance)
    {
        const int channels = int(gamma.values.size());
        addBatchNorm(channels);
        nn::Parameters &p = m_model.parameters;
        p["norm.weight"] = storeFloats({channels}, gamma.values);
        p["norm.bias"] = storeFloats({channels}, beta.values);
        p["norm.running_mean"] = storeFloats({channels}, mean.values);
        p["norm.running_var"] = storeFloats({channels}, variance.values);
        std::get<nn::BatchNorm>(m_model.network.layers.back().op).eps = eps;
        return *this;
    }

    SingleOp &weights(const Tensor &w)
    {
        m_model.parameters["op.weight"] = storeFloats({w.shape.n, w.shape.c, w.shape.h, w.shape.w}, w.values);
        return *this;
    }

    SingleOp &bias(const Tensor &b)
    {
        m_model.parameters["op.bias"] = storeFloats({std::int64_t(b.values.size())}, b.values);
        return *this;
    }

    /// Returns the operation's output.
    Tensor run(engine::KernelStore &kernels, const Tensor &x)
    {
        const int tested = int(m_model.network.layers.size()) - 1;
        addHead(x.shape);
        const engine::DeviceWeights onDevice(kernels.context(), m_model, engine::Direction::Forward);
        engine::Pass pass(kernels, m_model, onDevice, x.shape, engine::Keep::All);
        pass.run(x, {});
        return pass.read(tested);
    }

    struct Gradients {
        Tensor x;
        std::vector<double> weights; // [K][C/groups][R][S] of a convolution or linear layer
        std::vector<double> bias;    // the same layer's
    };

    enum class Mask { None, ReluBefore };

    /// Returns the gradient at x for `gy` at the operation's output. With a mask, x is the input of a ReLU before it.
    Gradients runBackward(engine::KernelStore &kernels, const Tensor &x, const Tensor &gy, Mask mask = Mask::None)
    {
        nn::Network &network = m_model.network;
        if (mask == Mask::ReluBefore) {
            for (nn::Layer &layer : network.layers)
                for (int &input : layer.inputs)
                    ++input;
            network.layers.insert(network.layers.begin() + 1, {"relu before", nn::Relu{}, {0}});
            network.layers[2].inputs = {1};
            network.blocks[0].firstLayer = 1; // a ReLU within a block has no gradient to read
            network.blocks[0].y = int(network.layers.size());
        }
        const int tested = int(network.layers.size()) - 1;
        const auto isOp = [](const nn::Layer &layer) { return layer.name == "op"; };
        const int op = int(std::ranges::find_if(network.layers, isOp) - network.layers.begin());
        addHead(x.shape);
        const engine::DeviceWeights onDevice(kernels.context(), m_model, engine::Direction::Forward),
            transposed(kernels.context(), m_model, engine::Direction::Backward);
        engine::Pass forward(kernels, m_model, onDevice, x.shape, engine::Keep::All);
        forward.run(x, {});
        engine::GradientPass backward(
            kernels, m_model, transposed, forward,
            engine::makeGradientProgram(network, forward.program(), tested, engine::Keep::All));
        backward.run(gy, {}, {});
        const Tensor gx = backward.read(backward.gradients().ofLayer[0]);
        if (!engine::asConvolution(network.layers[op].op))
            return {gx, {}, {}};
        return {gx, backward.weightGradient(op), backward.biasGradient(op)};
    }

    const nn::Model &model() const { return m_model; }

private:
    void addHead(Shape input)
    {
        nn::Network &network = m_model.network;
        const int tested = int(network.layers.size()) - 1;
        const int channels = nn::layerShapes(network, input)[tested].c;
        network.layers.push_back({"pool", nn::GlobalAveragePool{}, {tested}});
        network.layers.push_back({"head", nn::Linear{channels, 2}, {tested + 1}});
        network.layers.push_back({"softmax", nn::Softmax{}, {tested + 2}});
        network.logits = tested + 2;
        network.probabilities = tested + 3;
        m_model.parameters["head.weight"] = storeFloats({2, channels}, std::vector<float>(2 * channels, 0.5f));
        m_model.parameters["head.bias"] = storeFloats({2}, {0.0f, 1.0f});
    }

    nn::Model m_model;
};

} // namespace reslens::test
