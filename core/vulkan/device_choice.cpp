#include "vulkan/device_choice.h"

#include <vulkan/vulkan_core.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace reslens::vulkan {

namespace {

// Our kernels need these. Vulkan 1.2 alone does not guarantee the limits, or only just.
constexpr std::uint32_t kApiVersion = VK_API_VERSION_1_2;
constexpr std::uint32_t kInvocations = 64;
constexpr std::uint32_t kTexels = 1u << 20; // one activation of ResNet-50 at 224x224 has 200,704
constexpr std::uint32_t kPushConstantsBytes = 128;
constexpr std::uint64_t kStorageRange = 64ull << 20;

// Preference, best first.
constexpr std::array kOrder{DeviceKind::Discrete, DeviceKind::Integrated, DeviceKind::Virtual, DeviceKind::Other,
                            DeviceKind::Cpu};

std::ptrdiff_t rank(DeviceKind kind)
{
    return std::find(kOrder.begin(), kOrder.end(), kind) - kOrder.begin();
}

std::string versionText(std::uint32_t version)
{
    return std::to_string(VK_API_VERSION_MAJOR(version)) + "." + std::to_string(VK_API_VERSION_MINOR(version));
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

std::string tooSmall(const char *what, std::uint64_t found, std::uint64_t needed)
{
    return std::string(what) + " is " + std::to_string(found) + ", at least " + std::to_string(needed) + " is needed";
}

/// Why the device is refused; empty if it is usable.
std::string refusal(const DeviceFacts &device, Needs needs)
{
    if (!device.hasComputeQueue)
        return "it has no compute queue";
    if (device.apiVersion < kApiVersion)
        return "it offers Vulkan " + versionText(device.apiVersion) + ", " + versionText(kApiVersion) + " is needed";
    if (device.maxInvocations < kInvocations)
        return tooSmall("maxComputeWorkGroupInvocations", device.maxInvocations, kInvocations);
    if (needs == Needs::Networks && device.maxTexelBufferElements < kTexels)
        return tooSmall("maxTexelBufferElements", device.maxTexelBufferElements, kTexels);
    if (device.maxPushConstantsBytes < kPushConstantsBytes)
        return tooSmall("maxPushConstantsSize", device.maxPushConstantsBytes, kPushConstantsBytes);
    if (needs == Needs::Networks && device.maxStorageBufferRange < kStorageRange)
        return tooSmall("maxStorageBufferRange", device.maxStorageBufferRange, kStorageRange);
    return {};
}

std::string listOf(std::span<const DeviceFacts> devices, std::span<const DeviceVerdict> verdicts)
{
    std::string text;
    for (const DeviceVerdict &verdict : verdicts)
        text += (text.empty() ? "" : "; ") + std::to_string(verdict.index) + ": " + devices[verdict.index].name + " (" +
                verdict.reason + ")";
    return text;
}

Result<int> findRequested(std::span<const DeviceFacts> devices, std::span<const DeviceVerdict> verdicts,
                          const std::string &request)
{
    const bool isNumber = std::all_of(request.begin(), request.end(), [](unsigned char c) { return std::isdigit(c); });
    for (const DeviceVerdict &verdict : verdicts) {
        const bool isMatch = isNumber
                                 ? std::to_string(verdict.index) == request
                                 : lowered(devices[verdict.index].name).find(lowered(request)) != std::string::npos;
        if (!isMatch)
            continue;
        if (!verdict.isUsable)
            return fail(ErrorKind::Device, devices[verdict.index].name, "cannot be used: " + verdict.reason);
        return verdict.index;
    }
    return fail(ErrorKind::NotFound, "device " + request, "there is none; found: " + listOf(devices, verdicts));
}

} // namespace

std::string name(DeviceKind kind)
{
    constexpr std::array kNames{"other", "integrated", "discrete", "virtual", "cpu"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<DeviceVerdict> judge(std::span<const DeviceFacts> devices, Needs needs)
{
    std::vector<DeviceVerdict> verdicts;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const std::string problem = refusal(devices[i], needs);
        verdicts.push_back({int(i), problem.empty(), problem.empty() ? name(devices[i].kind) + " device" : problem});
    }
    return verdicts;
}

Result<DeviceChoice> choose(std::span<const DeviceFacts> devices, const std::string &request, Needs needs)
{
    if (devices.empty())
        return fail(ErrorKind::Device, "Vulkan", "no device was found");
    const std::vector<DeviceVerdict> verdicts = judge(devices, needs);
    if (!request.empty())
        return DeviceChoice{TRY(findRequested(devices, verdicts, request)), "asked for"};
    const DeviceVerdict *best = nullptr;
    for (const DeviceVerdict &verdict : verdicts)
        if (verdict.isUsable && (!best || rank(devices[verdict.index].kind) < rank(devices[best->index].kind)))
            best = &verdict;
    if (!best)
        return fail(ErrorKind::Device, "Vulkan", "no device can be used: " + listOf(devices, verdicts));
    const std::string kind = name(devices[best->index].kind);
    return DeviceChoice{best->index, devices.size() == 1 ? "the only device" : "the first " + kind + " device"};
}

std::optional<QueueChoice> chooseQueues(const std::vector<vk::QueueFamilyProperties> &families)
{
    using Can = vk::QueueFlagBits;
    const auto firstWith = [&](vk::QueueFlags wanted, vk::QueueFlags unwanted) -> std::optional<std::uint32_t> {
        const auto found = std::find_if(families.begin(), families.end(), [&](const vk::QueueFamilyProperties &family) {
            return family.queueCount > 0 && (family.queueFlags & wanted) == wanted && !(family.queueFlags & unwanted);
        });
        if (found == families.end())
            return std::nullopt;
        return std::uint32_t(found - families.begin());
    };
    const auto compute = firstWith(Can::eCompute, {});
    if (!compute)
        return std::nullopt;
    // A queue family that can only copy stands for hardware that copies while kernels run.
    const auto copyEngine = firstWith(Can::eTransfer, Can::eGraphics | Can::eCompute | Can::eVideoDecodeKHR);
    return QueueChoice{*compute, copyEngine.value_or(*compute)};
}

} // namespace reslens::vulkan
