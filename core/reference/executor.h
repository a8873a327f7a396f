// Runs a model on the CPU: the referee of the Vulkan engine, and the answer where there is no Vulkan device.
#pragma once

#include "nn/executor.h"

namespace reslens::reference {

enum class Arithmetic {
    Fast,  // convolutions through oneDNN
    Naive, // the formulas alone, in double precision sums: for small networks and for tests
};

/// `reason` is DeviceInfo::reason: why the reference answers. A trace keeps every layer's output, convolutions too.
/// Decodes the model's parameters here, once. Throws dnnl::error if oneDNN cannot start.
std::unique_ptr<nn::Executor> makeExecutor(std::shared_ptr<const nn::Model> model, std::string reason,
                                           Arithmetic arithmetic = Arithmetic::Fast);

} // namespace reslens::reference
