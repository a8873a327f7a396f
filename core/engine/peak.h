// Measures the best that a device can do, with kernels that do one thing each: the roofs for a network's layers.
#pragma once

#include "error/error.h"
#include "nn/executor.h"

namespace reslens::engine {

struct Peak {
    double gflops;            // multiply-adds in registers; each is two operations
    double memoryGBPerSecond; // read and written, from buffers larger than caches
    double fetchGBPerSecond;  // texels read from a buffer that caches hold
};

/// Measures the device of `executor`; takes at most a second. Errors: Unsupported (not a Vulkan executor), Device.
Result<Peak> measurePeak(nn::Executor &executor);

} // namespace reslens::engine
