#include "engine/kernel_choice.h"

#include "engine/winograd.h"

#include <algorithm>
#include <array>
#include <span>

namespace reslens::engine {

namespace {

constexpr std::string_view kTransposed = "conv2d_backward_input";

/// Pixels per invocation, of a few, since each is a pipeline to compile; the best first.
std::span<const int> tiles(const PackedConvolution &packed, vulkan::DeviceKind device)
{
    static constexpr std::array kWide{7, 5, 2}, kNarrow{14, 7, 2}, kGpu{4, 2, 1};
    if (device != vulkan::DeviceKind::Cpu)
        return kGpu;
    return packed.outQuads > 4 ? std::span<const int>(kWide) : kNarrow;
}

/// As many pixels as registers reward, but enough invocations must remain to fill the device, and few of them may stand
/// idle at the end of a team.
int likelyTile(const ConvolutionTask &task, const Team &team, vulkan::DeviceKind device)
{
    const int wanted = device == vulkan::DeviceKind::Cpu ? 64 : 16384;
    constexpr double kSmaller = 1.07; // what a smaller tile costs more for every pixel
    int best = tiles(task.packed, device).back();
    double least = 1e300, price = 1;
    for (const int pixels : tiles(task.packed, device)) {
        const int blocks = team.roundedUp((task.pixelCount() + pixels - 1) / pixels);
        if (blocks * task.packed.outBlocks() >= wanted && double(blocks) * pixels * price < least) {
            best = pixels;
            least = double(blocks) * pixels * price;
        }
        price *= kSmaller;
    }
    return best;
}

/// Where a plane has few tiles the larger weights cost more than is saved. Weights that were stored small to save
/// memory are not blown up, and their rounding not amplified.
bool canBeWinograd(const ConvolutionTask &task)
{
    constexpr int kSmallest = 8;
    return task.format == WeightFormat::Float32 && !task.packed.isSpelledOut && winograd::fits(task.packed.op) &&
           task.out.h >= kSmallest && task.out.w >= kSmallest;
}

/// Software devices gain most, whose time goes into multiplications. The layer must have enough of them that rounding
/// twice as much is worth it, and not so many weights that four times their memory is much. An image alone decides, so
/// that a batch has the same bits.
bool isLikelyWinograd(const ConvolutionTask &task, TeamKind team)
{
    constexpr std::int64_t kMostFilters = 128 * 128, kFewestMacs = 20'000'000;
    const nn::Conv2d &op = task.packed.op;
    const std::int64_t filters = std::int64_t(op.channelsIn) * op.channelsOut,
                       macs = filters * op.kernel * op.kernel * std::int64_t(task.out.planeCount());
    return canBeWinograd(task) && team == TeamKind::Subgroup && filters <= kMostFilters && macs >= kFewestMacs;
}

std::string extent(Shape shape)
{
    return std::to_string(shape.n) + "x" + std::to_string(shape.h) + "x" + std::to_string(shape.w);
}

} // namespace

std::string ConvolutionTask::key() const
{
    const nn::Conv2d &op = packed.op;
    return shader + " " + std::to_string(op.kernel) + "x" + std::to_string(op.kernel) + "/" +
           std::to_string(op.stride) + "+" + std::to_string(op.padding) + " " + std::to_string(op.channelsIn) + ">" +
           std::to_string(op.channelsOut) + " g" + std::to_string(op.groups) + " " + extent(out) +
           (format == WeightFormat::Float16 ? " fp16" : "");
}

int ConvolutionTask::pixelCount() const
{
    const int step = shader == kTransposed ? packed.op.stride : 1;
    return out.n * ((out.h + step - 1) / step) * ((out.w + step - 1) / step);
}

std::vector<KernelChoice> candidates(const ConvolutionTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team)
{
    const TeamKind preferred = team.value_or(preferredTeam(device));
    std::vector<KernelChoice> choices{{preferred, likelyTile(task, makeTeam(preferred, device), device.kind)}};
    for (const TeamKind kind : {preferred, TeamKind::Alone})
        for (const int pixels : tiles(task.packed, device.kind)) {
            const KernelChoice choice{kind, pixels};
            if ((!team || kind == *team) && std::find(choices.begin(), choices.end(), choice) == choices.end())
                choices.push_back(choice);
        }
    if (canBeWinograd(task)) {
        const KernelChoice winograd{preferred, winograd::kTile * winograd::kTile, true};
        choices.insert(isLikelyWinograd(task, preferred) ? choices.begin() : choices.end(), winograd);
    }
    return choices;
}

} // namespace reslens::engine
