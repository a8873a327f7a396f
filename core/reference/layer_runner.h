// A model with every layer's parameters decoded and ready for use. An executor, its traces and their gradients share
// it.
#pragma once

#include "nn/executor.h"
#include "reference/executor.h"
#include "reference/fast_convolution.h"
#include "reference/pointwise.h"

#include <memory>
#include <new>
#include <optional>
#include <span>

namespace reslens::reference {

/// Runs one layer.
class LayerRunner {
public:
    /// `parameters` must hold what nn::parametersOf(layer) names.
    LayerRunner(const nn::Layer &layer, const nn::Parameters &parameters, Arithmetic arithmetic);

    /// `inputs` as Layer::inputs lists them; `scale` is that of the layer's block and only an addition uses it.
    Tensor run(std::span<const Tensor *const> inputs, const nn::BlockScale &scale);

    /// The gradient at each of the inputs for a gradient `gy` at `y`, which run() made from these inputs.
    std::vector<Tensor> backward(std::span<const Tensor *const> inputs, const Tensor &y, const Tensor &gy,
                                 const nn::BlockScale &scale);

    /// The gradient of the layer's trained parameter `index`, in the order of nn::parametersOf.
    std::vector<float> parameterGradient(int index, const Tensor &x, const Tensor &gy);

    /// The kernel that ran: "conv 3x3/2, oneDNN".
    std::string kernelName() const;
    std::size_t memoryBytes() const;

private:
    BatchNormParameters batchNormParameters() const;

    nn::Op m_op;
    std::vector<Tensor> m_parameters; // in the order of nn::parametersOf; a weight that oneDNN holds is empty
    std::optional<FastConvolution> m_fastConvolution;
};

struct PreparedModel {
    std::shared_ptr<const nn::Model> model;
    std::vector<LayerRunner> runners; // one per layer
    std::vector<int> blockOf;         // the block of an addition; -1 for other layers

    PreparedModel(std::shared_ptr<const nn::Model> model, Arithmetic arithmetic);

    const nn::Network &network() const { return model->network; }
    /// The scale for layer `layer`; `scales` has one per block.
    nn::BlockScale scaleOf(int layer, const std::vector<nn::BlockScale> &scales) const;
    /// The outputs that layer `layer` reads; for the input layer, `image`.
    std::vector<const Tensor *> inputsOf(int layer, const std::vector<Tensor> &outputs, const Tensor &image) const;
};

/// Returns `compute()`, a Result; an exception becomes its error.
template <typename Compute>
auto guarded(const Shape &input, Compute compute) -> decltype(compute())
{
    try {
        return compute();
    } catch (const std::bad_alloc &) {
        return fail(ErrorKind::Limit, "input", "there is not enough memory to run " + input.text());
    } catch (const std::exception &error) { // an error of oneDNN
        return fail(ErrorKind::Device, "CPU reference", error.what());
    }
}

} // namespace reslens::reference
