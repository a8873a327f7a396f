// One layer of a network with its parameters decoded, ready to be applied.
#pragma once

#include "nn/executor.h"
#include "reference/batch_norm.h"
#include "reference/executor.h"
#include "reference/fast_convolution.h"

#include <optional>
#include <span>

namespace reslens::reference {

class LayerRunner {
public:
    /// `parameters` must hold what nn::parametersOf(layer) names.
    LayerRunner(const nn::Layer &layer, const nn::Parameters &parameters, Arithmetic arithmetic);

    /// `inputs` as Layer::inputs lists them; `scale` is the layer's block's, and matters to an addition only.
    Tensor run(std::span<const Tensor *const> inputs, const nn::BlockScale &scale);

    /// What flows back to each of the inputs when `gy` arrives at `y`, which run() made of these inputs.
    std::vector<Tensor> backward(std::span<const Tensor *const> inputs, const Tensor &y, const Tensor &gy,
                                 const nn::BlockScale &scale);

    /// The gradient of the layer's trained parameter `index`, in the order of nn::parametersOf.
    std::vector<float> parameterGradient(int index, const Tensor &x, const Tensor &gy);

    /// What ran: "conv 3x3/2, oneDNN".
    std::string kernelName() const;
    std::size_t memoryBytes() const;

private:
    BatchNormParameters batchNormParameters() const;

    nn::Op m_op;
    std::vector<Tensor> m_parameters; // in the order of nn::parametersOf; empty where oneDNN holds them
    std::optional<FastConvolution> m_fastConvolution;
};

} // namespace reslens::reference
