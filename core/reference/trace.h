// A forward pass of the reference with every layer's output, and its backward pass.
#pragma once

#include "nn/gradients.h"
#include "reference/prepared_model.h"

namespace reslens::reference {

struct RecordedRun {
    nn::Forward forward;
    std::vector<Tensor> outputs;        // one per layer; empty again where nobody will read it
    std::vector<nn::BlockScale> scales; // that it ran with; empty: all 1
};

class RecordedTrace final : public nn::DifferentiableTrace {
public:
    RecordedTrace(std::shared_ptr<PreparedModel> model, RecordedRun run);

    const nn::Forward &forward() const override { return m_run->forward; }
    const std::vector<Shape> &shapes() const override { return m_shapes; }
    Result<Tensor> read(int layer) const override;
    Result<std::unique_ptr<nn::Gradients>> backward(const nn::Objective &objective,
                                                    const nn::RunOptions &options) const override;
    Result<Tensor> gradientsByPathLength(const nn::Objective &objective, const nn::RunOptions &options) const override;

private:
    std::shared_ptr<PreparedModel> m_model;
    std::shared_ptr<const RecordedRun> m_run; // shared with the gradients
    std::vector<Shape> m_shapes;
};

} // namespace reslens::reference
