// The Vulkan device for the rest of the program, without any Vulkan type.
#pragma once

#include "engine/packing.h"
#include "error/error.h"
#include "nn/executor.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace reslens::engine {

enum class TeamKind; // team.h

struct DeviceOptions {
    std::string device;                                 // empty: the best; an index; part of a name
    bool validates = false;                             // Khronos validation layer, with synchronization validation
    bool validatesShaderAccess = false;                 // GPU-assisted validation instead (slow)
    std::function<void(const std::string &)> onMessage; // every message of the layer; from any thread
    std::filesystem::path cacheFolder;                  // for compiled pipelines; empty: no cache
    /// Finds the SPIR-V of a shader by its name; empty: the program's own. Tests use it to plant faulty kernels.
    std::function<std::span<const std::uint32_t>(std::string_view)> shaders;
    std::optional<TeamKind> team; // how convolutions share what they read; empty: the best for the device
    WeightFormat weights = WeightFormat::Float32; // for all executors; Float16 shows in the device's name
};

struct DeviceReport {
    nn::DeviceInfo info; // info.reason: why it can or cannot be used
    int index;
    bool isUsable;
    bool isDefault;
    std::uint64_t memoryBytes; // size of the device's own heap
    /// How much of it this process may use now; empty if the driver does not say (VK_EXT_memory_budget).
    std::optional<std::uint64_t> budgetBytes;
};

/// Every Vulkan device, in Vulkan's order.
std::vector<DeviceReport> listDevices();

/// An open device and its compiled kernels. The executors that run on it share it. One thread at a time.
class Device {
public:
    /// Errors: Device, NotFound.
    static Result<std::shared_ptr<Device>> open(const DeviceOptions &options);
    ~Device();

    const nn::DeviceInfo &info() const;
    /// Device memory in use now, and its peak.
    std::size_t usedBytes() const;
    std::size_t peakBytes() const;
    /// Messages of the validation layer so far.
    int messageCount() const;

    /// Uploads the weights. Errors: Device (out of memory, lost).
    static Result<std::unique_ptr<nn::Executor>> makeExecutor(std::shared_ptr<Device> device,
                                                              std::shared_ptr<const nn::Model> model);

private:
    struct Inside;
    explicit Device(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> m_inside;
};

} // namespace reslens::engine
