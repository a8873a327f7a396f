// A model with every layer's parameters decoded: shared by an executor, its traces and their gradients.
#pragma once

#include "reference/layer_runner.h"

#include <memory>
#include <new>

namespace reslens::reference {

struct PreparedModel {
    std::shared_ptr<const nn::Model> model;
    std::vector<LayerRunner> runners; // one per layer
    std::vector<int> blockOf;         // of an addition; -1 elsewhere

    PreparedModel(std::shared_ptr<const nn::Model> model, Arithmetic arithmetic);

    const nn::Network &network() const { return model->network; }
    /// Of layer `layer`, where `scales` are all blocks', or empty.
    nn::BlockScale scaleOf(int layer, const std::vector<nn::BlockScale> &scales) const;
    /// The outputs that layer `layer` reads; for the input layer, `image`.
    std::vector<const Tensor *> inputsOf(int layer, const std::vector<Tensor> &outputs, const Tensor &image) const;
};

/// One finite scale per block, or none. ErrorKind::InvalidInput.
Result<void> checkScales(const nn::Network &network, const std::vector<nn::BlockScale> &scales);

/// `compute()`, a Result; what it throws becomes its error.
template <typename Compute>
auto guarded(const Shape &input, Compute compute) -> decltype(compute())
{
    try {
        return compute();
    } catch (const std::bad_alloc &) {
        return fail(ErrorKind::Limit, "input", "there is not enough memory to run " + input.text());
    } catch (const std::exception &error) { // oneDNN's own
        return fail(ErrorKind::Device, "CPU reference", error.what());
    }
}

} // namespace reslens::reference
