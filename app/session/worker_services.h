// What the worker needs from the core.
#pragma once

#include "nn/executor.h"

#include <functional>
#include <memory>
#include <string>

namespace reslens::session {

/// All are called on the worker's thread only.
struct WorkerServices {
    std::function<Result<std::shared_ptr<const nn::Model>>(const std::string &nameOrPath)> openModel;
    std::function<Result<std::unique_ptr<nn::Executor>>(std::shared_ptr<const nn::Model>)> makeExecutor;
    /// Whether kernels are measured, one at a time, while nothing is asked (nn::Executor::tune).
    bool tunesWhenIdle = false;
};

} // namespace reslens::session
