// The subject of a question: one picture, run by one model, with every tensor kept. Only the worker's thread uses it.
#pragma once

#include "analysis/traced_run.h"
#include "nn/gradients.h"

#include <memory>
#include <optional>
#include <vector>

namespace reslens::study {

class Subject {
public:
    Subject(nn::Executor &executor, Tensor input, std::vector<nn::BlockScale> scales, std::unique_ptr<nn::Trace> trace)
        : m_executor(executor), m_input(std::move(input)), m_scales(std::move(scales)), m_trace(std::move(trace))
    {
    }

    nn::Executor &executor() const { return m_executor; }
    const nn::Model &model() const { return m_executor.model(); }
    const nn::Network &network() const { return model().network; }
    const Tensor &input() const { return m_input; }
    const std::vector<nn::BlockScale> &scales() const { return m_scales; } // empty: all 1
    const nn::Trace &trace() const { return *m_trace; }
    analysis::TracedRun run() const { return {model(), *m_trace, m_scales}; }

    /// The gradients of the trace, kept until somebody asks for another objective. Errors: as nn::backward().
    Result<const nn::Gradients *> gradients(const nn::Objective &objective, const std::stop_token &stop);

private:
    nn::Executor &m_executor;
    const Tensor m_input;
    const std::vector<nn::BlockScale> m_scales;
    const std::unique_ptr<nn::Trace> m_trace;
    nn::Objective m_objective;
    std::unique_ptr<nn::Gradients> m_gradients; // for m_objective
};

} // namespace reslens::study
