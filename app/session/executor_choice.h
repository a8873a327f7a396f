// Chooses where a model runs: on a Vulkan device, or on the CPU reference if there is none or it is asked for.
#pragma once

#include "nn/executor.h"
#include "session/worker_state.h"

#include <functional>
#include <memory>
#include <string>

namespace reslens::engine {
class Device;
}

namespace reslens::session {

struct DeviceRequest {
    std::string device; // empty: the best; "cpu": the reference; an index; part of a name
    std::function<void(const std::string &)> onNote = {}; // receives notes, such as a cache that cannot be written
    bool validates = false;      // run under the Vulkan validation layer; its messages are notes
    bool hasHalfWeights = false; // weights in fp16 on the device
};

/// Opens the device once and makes executors on it. Used by one thread at a time.
class ExecutorFactory {
public:
    explicit ExecutorFactory(DeviceRequest request) : m_request(std::move(request)) {}

    /// Errors: NotFound (no such device), Device, Unsupported (fp16 on the reference), Io (RESLENS_CACHE names a folder
    /// that cannot be written).
    Result<std::unique_ptr<nn::Executor>> operator()(std::shared_ptr<const nn::Model> model);

private:
    Result<void> openDevice();

    DeviceRequest m_request;
    std::shared_ptr<engine::Device> m_device;
    std::string m_whyReference; // if not empty, says why no Vulkan device is used
};

/// Every Vulkan device here, and the CPU reference.
std::vector<DeviceChoice> deviceChoices();

Result<std::unique_ptr<nn::Executor>> chooseExecutor(std::shared_ptr<const nn::Model> model,
                                                     const DeviceRequest &request);

} // namespace reslens::session
