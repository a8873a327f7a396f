// An executor with a planted fault: one layer's output, gradient or parameter gradient is wrong.
#pragma once

#include "nn/gradients.h"

#include <algorithm>
#include <functional>

namespace reslens::test {

struct Fault {
    int layer = -1;            // this layer's output is wrong
    int gradientLayer = -1;    // the gradient at this layer's output is wrong
    int blockOfBranch = -1;    // this block's gF is wrong
    std::string parameter;     // this parameter's gradient is wrong
    bool isInFastMode = false; // the logits of the fast mode are wrong
    std::vector<int> folded;   // layers whose outputs and gradients cannot be read, as with fused kernels
    std::function<void(std::vector<float> &)> falsify;
};

class FaultyGradients final : public nn::Gradients {
public:
    FaultyGradients(const nn::Network &network, int layerOfJ, std::vector<nn::ImageObjective> objectives,
                    std::unique_ptr<nn::Gradients> right, const Fault &fault)
        : Gradients(network, layerOfJ, std::move(objectives)), m_network(network), m_right(std::move(right)),
          m_fault(fault)
    {
    }

private:
    Result<Tensor> doValue(int layer) const override
    {
        if (std::count(m_fault.folded.begin(), m_fault.folded.end(), layer))
            return fail(ErrorKind::Unsupported, "", "folded");
        auto tensor = m_right->value(layer);
        if (tensor && layer == m_fault.gradientLayer)
            m_fault.falsify(tensor->values);
        return tensor;
    }
    Result<nn::BlockGradients> doOfBlock(int block) const override
    {
        auto gradients = m_right->ofBlock(block);
        if (gradients && block == m_fault.blockOfBranch)
            m_fault.falsify(gradients->gF.values);
        return gradients;
    }
    Result<std::vector<float>> doOfParameter(int layer, int index) const override
    {
        const std::string name = nn::parametersOf(m_network.layers[layer])[index].name;
        auto values = m_right->ofParameter(name);
        if (values && name == m_fault.parameter)
            m_fault.falsify(*values);
        return values;
    }

    const nn::Network &m_network;
    std::unique_ptr<nn::Gradients> m_right;
    const Fault &m_fault;
};

class FaultyTrace final : public nn::DifferentiableTrace {
public:
    FaultyTrace(std::unique_ptr<nn::Trace> right, const Fault &fault)
        : DifferentiableTrace(right->network(), right->shapes()[0], right->forward(), right->scales()),
          m_right(std::move(right)), m_fault(fault)
    {
    }

private:
    Result<Tensor> doRead(int layer) const override
    {
        if (std::count(m_fault.folded.begin(), m_fault.folded.end(), layer))
            return fail(ErrorKind::Unsupported, "", "folded");
        auto tensor = m_right->read(layer);
        if (tensor && layer == m_fault.layer)
            m_fault.falsify(tensor->values);
        return tensor;
    }
    Result<std::unique_ptr<nn::Gradients>> doBackward(nn::LinearFunctional J,
                                                      std::vector<nn::ImageObjective> objectives,
                                                      const nn::RunOptions &options) const override
    {
        return nn::backwardFrom(*m_right, J, options)
            .map([&](std::unique_ptr<nn::Gradients> &&right) -> std::unique_ptr<nn::Gradients> {
                return std::make_unique<FaultyGradients>(network(), J.layer, std::move(objectives), std::move(right),
                                                         m_fault);
            });
    }
    Result<Tensor> doGradientsByPathLength(Tensor, const nn::RunOptions &) const override
    {
        return fail(ErrorKind::Unsupported, "", "no fault is planted in them");
    }

    std::unique_ptr<nn::Trace> m_right;
    const Fault &m_fault;
};

class FaultyExecutor final : public nn::Executor {
public:
    FaultyExecutor(std::unique_ptr<nn::Executor> right, Fault fault)
        : m_right(std::move(right)), m_fault(std::move(fault))
    {
    }
    const nn::Model &model() const override { return m_right->model(); }
    const nn::DeviceInfo &device() const override { return m_right->device(); }
    std::size_t memoryBytes() const override { return m_right->memoryBytes(); }

private:
    Result<nn::Forward> doForward(const Tensor &input, const nn::RunOptions &options) override
    {
        auto forward = m_right->forward(input, options);
        if (forward && m_fault.isInFastMode)
            m_fault.falsify(forward->logits.values);
        return forward;
    }
    Result<std::unique_ptr<nn::Trace>> doTrace(const Tensor &input, const nn::RunOptions &options) override
    {
        return m_right->trace(input, options)
            .map([&](std::unique_ptr<nn::Trace> &&right) -> std::unique_ptr<nn::Trace> {
                return std::make_unique<FaultyTrace>(std::move(right), m_fault);
            });
    }

    std::unique_ptr<nn::Executor> m_right;
    const Fault m_fault;
};

} // namespace reslens::test
