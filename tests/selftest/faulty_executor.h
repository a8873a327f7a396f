// An executor with a planted fault: one layer's output, gradient or parameter gradient is not what it should be.
#pragma once

#include "nn/gradients.h"

#include <algorithm>
#include <functional>

namespace reslens::test {

struct Fault {
    int layer = -1;            // whose output is falsified
    int gradientLayer = -1;    // at whose output the gradient is
    int blockOfBranch = -1;    // whose gF is
    std::string parameter;     // whose gradient is
    bool isInFastMode = false; // the logits of the fast mode are
    std::vector<int> folded;   // layers whose outputs and gradients cannot be read, as where kernels are fused
    std::function<void(std::vector<float> &)> falsify;
};

class FaultyGradients final : public nn::Gradients {
public:
    FaultyGradients(std::unique_ptr<nn::Gradients> right, const Fault &fault)
        : m_right(std::move(right)), m_fault(fault)
    {
    }
    const std::vector<nn::ImageObjective> &objectives() const override { return m_right->objectives(); }
    Result<Tensor> value(int layer) const override
    {
        if (std::count(m_fault.folded.begin(), m_fault.folded.end(), layer))
            return fail(ErrorKind::Unsupported, "", "folded");
        auto tensor = m_right->value(layer);
        if (tensor && layer == m_fault.gradientLayer)
            m_fault.falsify(tensor->values);
        return tensor;
    }
    Result<nn::BlockGradients> ofBlock(int block) const override
    {
        auto gradients = m_right->ofBlock(block);
        if (gradients && block == m_fault.blockOfBranch)
            m_fault.falsify(gradients->gF.values);
        return gradients;
    }
    Result<std::vector<float>> ofParameter(std::string_view name) const override
    {
        auto values = m_right->ofParameter(name);
        if (values && name == m_fault.parameter)
            m_fault.falsify(*values);
        return values;
    }

private:
    std::unique_ptr<nn::Gradients> m_right;
    const Fault &m_fault;
};

class FaultyTrace final : public nn::DifferentiableTrace {
public:
    FaultyTrace(std::unique_ptr<nn::Trace> right, const Fault &fault) : m_right(std::move(right)), m_fault(fault) {}
    const nn::Forward &forward() const override { return m_right->forward(); }
    const std::vector<Shape> &shapes() const override { return m_right->shapes(); }
    Result<Tensor> read(int layer) const override
    {
        if (std::count(m_fault.folded.begin(), m_fault.folded.end(), layer))
            return fail(ErrorKind::Unsupported, "", "folded");
        auto tensor = m_right->read(layer);
        if (tensor && layer == m_fault.layer)
            m_fault.falsify(tensor->values);
        return tensor;
    }
    Result<std::unique_ptr<nn::Gradients>> backward(const nn::Objective &objective,
                                                    const nn::RunOptions &options) const override
    {
        return nn::backward(*m_right, objective, options)
            .map([&](std::unique_ptr<nn::Gradients> &&right) -> std::unique_ptr<nn::Gradients> {
                return std::make_unique<FaultyGradients>(std::move(right), m_fault);
            });
    }

    Result<Tensor> gradientsByPathLength(const nn::Objective &objective, const nn::RunOptions &options) const override
    {
        return nn::gradientsByPathLength(*m_right, objective, options);
    }

private:
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
    Result<nn::Forward> forward(const Tensor &input, const nn::RunOptions &options) override
    {
        auto forward = m_right->forward(input, options);
        if (forward && m_fault.isInFastMode)
            m_fault.falsify(forward->logits.values);
        return forward;
    }
    Result<std::unique_ptr<nn::Trace>> trace(const Tensor &input, const nn::RunOptions &options) override
    {
        return m_right->trace(input, options)
            .map([&](std::unique_ptr<nn::Trace> &&right) -> std::unique_ptr<nn::Trace> {
                return std::make_unique<FaultyTrace>(std::move(right), m_fault);
            });
    }
    std::size_t memoryBytes() const override { return m_right->memoryBytes(); }

private:
    std::unique_ptr<nn::Executor> m_right;
    const Fault m_fault;
};

} // namespace reslens::test
