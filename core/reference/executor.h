// Runs a model on the CPU: the referee of the Vulkan engine, and its substitute if there is no Vulkan device.
#pragma once

#include "nn/executor.h"

namespace reslens::reference {

enum class Arithmetic {
    Fast,  // convolutions through oneDNN
    Naive, // only the formulas, with sums in double precision: for small networks and tests
};

/// `reason` is DeviceInfo::reason: why the reference answers. A trace keeps every layer's output, convolutions
/// included. The function decodes the model's parameters once. Throws dnnl::error if oneDNN cannot start.
std::unique_ptr<nn::Executor> makeExecutor(std::shared_ptr<const nn::Model> model, std::string reason,
                                           Arithmetic arithmetic = Arithmetic::Fast);

} // namespace reslens::reference
