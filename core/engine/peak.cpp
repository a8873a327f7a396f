#include "engine/peak.h"

#include "engine/executor.h"
#include "interface.h"
#include "vulkan/context.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr int kRuns = 9; // the fastest counts, because disturbances only make a run slower
constexpr double kLongEnoughMs = 5;
constexpr std::int32_t kMostTurns = 16'384; // far below the 65,535 after which llvmpipe silently leaves loops

/// The milliseconds of one dispatch: by timestamps or, if the queue has none, by the clock around the submit.
double submitMs(vulkan::Recorder &recorder)
{
    const auto begin = std::chrono::steady_clock::now();
    recorder.submit();
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    const std::vector<double> timed = recorder.dispatchMs();
    return timed.empty() ? wall.count() : timed.front();
}

/// The least time of one dispatch of `kernel`, after one dispatch that is not counted.
template <typename Push>
double leastMs(const vulkan::Context &context, const vulkan::Kernel &kernel, std::span<const Buffer *const> buffers,
               const Push &push, int runs)
{
    vulkan::Recorder recorder(context, 1);
    recorder.dispatch(kernel, buffers, push, std::uint32_t(push.count));
    recorder.finish();
    submitMs(recorder);
    double least = submitMs(recorder);
    for (int run = 1; run < runs; ++run)
        least = std::min(least, submitMs(recorder));
    return least;
}

/// The work per millisecond of a kernel that runs a loop, with enough turns for an accurate time.
template <typename Push>
double bestRate(const vulkan::Context &context, const vulkan::Kernel &kernel, std::span<const Buffer *const> buffers,
                Push push, double workOfATurn)
{
    for (push.turns = 4; push.turns < kMostTurns; push.turns *= 2)
        if (leastMs(context, kernel, buffers, push, 1) >= kLongEnoughMs)
            break;
    return workOfATurn * push.turns / leastMs(context, kernel, buffers, push, kRuns);
}

/// Enough invocations to fill any device of this kind.
std::int32_t manyInvocations(const vulkan::Context &context)
{
    return context.facts().kind == vulkan::DeviceKind::Cpu ? 1 << 12 : 1 << 18;
}

double arithmeticPeak(KernelStore &kernels)
{
    const vulkan::Context &context = kernels.context();
    const shaders::PeakArithmeticPush push{manyInvocations(context), 0, 0.5f, 0.5f, 0.0f};
    const Buffer y(context, push.count * kTexelBytes, MemoryUse::Device);
    const std::array bound{&y};
    double best = 0;
    for (const std::uint32_t chains : {2u, 4u, 8u}) { // latency needs many, the number of registers allows few
        const vulkan::Kernel &kernel = kernels.kernel("peak_arithmetic", {chains});
        const double flopsOfATurn = 2.0 * 4 * chains * shaders::kArithmeticSteps * push.count;
        best = std::max(best, bestRate(context, kernel, bound, push, flopsOfATurn));
    }
    return best / 1e6;
}

double memoryPeak(KernelStore &kernels)
{
    constexpr std::size_t kBytes = 64u << 20;
    constexpr std::uint32_t kMostTexels = 4;
    const vulkan::Context &context = kernels.context();
    const std::size_t texels = std::min({kBytes / kTexelBytes, context.limits().maxStorageBufferRange / kTexelBytes,
                                         std::size_t(context.limits().maxTexelBufferElements)}) /
                               kMostTexels * kMostTexels;
    std::array<Buffer, 3> buffers;
    for (Buffer &buffer : buffers)
        buffer = Buffer(context, texels * kTexelBytes, MemoryUse::Device);
    vulkan::Recorder zero(context, 0); // a page that was never written may not exist yet
    for (const Buffer &buffer : buffers)
        zero.fillZero(buffer, buffer.sizeBytes());
    zero.finish();
    zero.submit();
    const std::array bound{&buffers[0], &buffers[1], &buffers[2]};
    double least = 0;
    for (const std::uint32_t each : {1u, kMostTexels}) {
        const vulkan::Kernel &kernel = kernels.kernel("peak_memory", {each});
        const double ms =
            leastMs(context, kernel, bound, shaders::PeakMemoryPush{std::int32_t(texels / each), 3.0f}, kRuns);
        least = least > 0 ? std::min(least, ms) : ms;
    }
    return 3.0 * double(texels * kTexelBytes) / least / 1e6;
}

double fetchPeak(KernelStore &kernels)
{
    constexpr std::size_t kTexels = 1u << 11; // 32 KiB
    static_assert(std::has_single_bit(kTexels));
    const vulkan::Context &context = kernels.context();
    const shaders::PeakFetchPush push{manyInvocations(context), 0, kTexels - 1};
    const Buffer x(context, kTexels * kTexelBytes, MemoryUse::Device),
        y(context, push.count * kTexelBytes, MemoryUse::Device);
    vulkan::Recorder zero(context, 0);
    zero.fillZero(x, x.sizeBytes());
    zero.finish();
    zero.submit();
    const vulkan::Kernel &kernel = kernels.kernel("peak_fetch");
    const std::array bound{&x, &y};
    return bestRate(context, kernel, bound, push, double(shaders::kFetches) * double(kTexelBytes) * push.count) / 1e6;
}

} // namespace

Result<Peak> measurePeak(nn::Executor &executor)
{
    auto *vulkanExecutor = dynamic_cast<VulkanExecutor *>(&executor);
    if (!vulkanExecutor)
        return fail(ErrorKind::Unsupported, executor.device().name, "its peak can be measured on Vulkan devices only");
    try {
        KernelStore &kernels = vulkanExecutor->kernels();
        return Peak{arithmeticPeak(kernels), memoryPeak(kernels), fetchPeak(kernels)};
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

} // namespace reslens::engine
