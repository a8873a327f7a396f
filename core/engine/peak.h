// What a device can do at the most, measured by kernels that do nothing else: the roofs over a network's layers.
#pragma once

#include "error/error.h"
#include "nn/executor.h"

namespace reslens::engine {

struct Peak {
    double gflops;            // multiply-adds in registers; each is two operations
    double memoryGBPerSecond; // read and written, from buffers larger than caches
    double fetchGBPerSecond;  // texels read from a buffer that caches hold
};

/// Of the device `executor` runs on; takes a second or less. Errors: Unsupported (not a Vulkan executor), Device.
Result<Peak> measurePeak(nn::Executor &executor);

} // namespace reslens::engine
