#include "engine/kernel_choice.h"

#include "engine/winograd.h"
#include "vulkan/pipeline_cache.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <sstream>

namespace reslens::engine {

namespace {

constexpr std::string_view kTransposed = "conv2d_backward_input";

/// Pixels per invocation, the best first. There are few, because each is a pipeline to compile.
std::span<const int> tiles(const PackedConvolution &packed, vulkan::DeviceKind device)
{
    static constexpr std::array kWide{7, 5, 2}, kNarrow{14, 7, 2}, kGpu{4, 2, 1};
    if (device != vulkan::DeviceKind::Cpu)
        return kGpu;
    return packed.outQuads > 4 ? std::span<const int>(kWide) : kNarrow;
}

/// Takes as many pixels as the registers allow. But enough invocations must remain to fill the device, and few of them
/// may stand idle at the end of a team.
int likelyTile(const ConvolutionTask &task, const Team &team, vulkan::DeviceKind device)
{
    const int wanted = device == vulkan::DeviceKind::Cpu ? 64 : 16384;
    constexpr double kSmaller = 1.07; // relative cost per pixel of a smaller tile
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

/// The tile in a team, unless most of a team would find no pixels. Then invocations differ only in their channels, and
/// each works alone.
KernelChoice likelyDirect(const ConvolutionTask &task, TeamKind kind, const vulkan::DeviceFacts &device,
                          bool mayBeAlone)
{
    const Team team = makeTeam(kind, device);
    const int smallest = tiles(task.packed, device.kind).back();
    if (mayBeAlone && 2 * ((task.pixelCount() + smallest - 1) / smallest) <= team.size)
        return {TeamKind::Alone, smallest};
    return {kind, likelyTile(task, team, device.kind)};
}

/// Winograd's form does not pay if a plane has few tiles, because larger weights cost more than it saves. With many
/// filters, four times their memory is much (in a ResNet-152, 330 MB for a twentieth of its time), and a kernel must be
/// able to bind them. Weights that were stored small to save memory stay small, and their rounding is not amplified.
bool canBeWinograd(const ConvolutionTask &task, const vulkan::DeviceFacts &device)
{
    constexpr int kSmallest = 8, kMostFilters = 128 * 128;
    const nn::Conv2d &op = task.packed.op;
    if (task.format != WeightFormat::Float32 || task.packed.isSpelledOut || !winograd::fits(op) ||
        task.out.h < kSmallest || task.out.w < kSmallest || op.channelsIn * op.channelsOut > kMostFilters)
        return false;
    const std::size_t texels = winograd::weightFloats(op) / 4;
    return texels <= device.maxTexelBufferElements && texels * kTexelBytes <= device.maxStorageBufferRange;
}

/// Software devices gain most, because their time goes into multiplications. The layer must have enough of them to
/// justify twice the rounding error.
bool isLikelyWinograd(const ConvolutionTask &task, TeamKind team)
{
    constexpr std::int64_t kFewestMacs = 20'000'000; // for one image
    const nn::Conv2d &op = task.packed.op;
    const std::int64_t macs =
        std::int64_t(op.channelsIn) * op.channelsOut * op.kernel * op.kernel * std::int64_t(task.out.planeCount());
    return team == TeamKind::Subgroup && macs >= kFewestMacs;
}

/// "3x3/1+1 64>64 g1 1x56x56": kernel, stride, padding, channels, groups, a dilation ("d2") if there is one, and the
/// output's images and planes.
std::string described(const nn::Conv2d &op, Shape out)
{
    std::ostringstream text;
    text << op.kernel << "x" << op.kernel << "/" << op.stride << "+" << op.padding << " " << op.channelsIn << ">"
         << op.channelsOut << " g" << op.groups << (op.dilation > 1 ? " d" + std::to_string(op.dilation) : "") << " "
         << out.n << "x" << out.h << "x" << out.w;
    return text.str();
}

/// `first`, then the other variants in `preferred` teams, then those that work alone.
std::vector<KernelChoice> variants(const KernelChoice &first, TeamKind preferred, std::span<const int> tiles,
                                   std::optional<TeamKind> team)
{
    std::vector<KernelChoice> choices{first};
    for (const TeamKind kind : {preferred, TeamKind::Alone})
        for (const int tile : tiles) {
            const KernelChoice choice{kind, tile};
            if ((!team || kind == *team) && std::find(choices.begin(), choices.end(), choice) == choices.end())
                choices.push_back(choice);
        }
    return choices;
}

} // namespace

std::string ConvolutionTask::key() const
{
    return shader + " " + described(packed.op, out) + (format == WeightFormat::Float16 ? " fp16" : "");
}

ConvolutionTask ConvolutionTask::ofOneImage() const
{
    ConvolutionTask one = *this;
    one.in.n = one.out.n = 1;
    return one;
}

std::string WeightGradientTask::key() const
{
    return "conv2d_backward_weights " + described(op, out);
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
    std::vector<KernelChoice> choices =
        variants(likelyDirect(task, preferred, device, !team), preferred, tiles(task.packed, device.kind), team);
    if (canBeWinograd(task, device)) {
        const KernelChoice winograd{preferred, winograd::kTile * winograd::kTile, true};
        choices.insert(isLikelyWinograd(task, preferred) ? choices.begin() : choices.end(), winograd);
    }
    return choices;
}

std::vector<KernelChoice> candidates(const WeightGradientTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team)
{
    static constexpr std::array kTiles{WeightGradientLayout::kMostInQuads, 1};
    const int widest = WeightGradientLayout(task.op, task.in, task.out).inQuads;
    const TeamKind preferred = team.value_or(preferredTeam(device));
    return variants({preferred, widest}, preferred, std::span(kTiles).last(widest > 1 ? kTiles.size() : 1), team);
}

namespace {

constexpr std::size_t kMaxChoices = 10'000;
constexpr int kMaxTile = 64;
constexpr std::string_view kDirect = "direct", kWinograd = "winograd";
constexpr std::array<std::string_view, 3> kTeams{"alone", "subgroup", "group"}; // in TeamKind's order

std::optional<TeamKind> teamOf(std::string_view name)
{
    for (std::size_t i = 0; i < kTeams.size(); ++i)
        if (kTeams[i] == name)
            return TeamKind(i);
    return std::nullopt;
}

} // namespace

KernelChoices::KernelChoices(std::filesystem::path file, std::uint64_t shaderHash)
    : m_file(std::move(file)), m_shaderHash(shaderHash)
{
    m_choices = read();
}

std::string KernelChoices::firstLine() const
{
    std::ostringstream line;
    line << "reslens kernel choices 2, shaders " << std::hex << m_shaderHash;
    return line.str();
}

std::map<std::string, KernelChoice> KernelChoices::read() const
{
    std::map<std::string, KernelChoice> choices;
    std::ifstream stream(m_file);
    std::string line;
    if (!std::getline(stream, line) || line != firstLine())
        return choices;
    // The format of a line: team, tile, form, key.
    while (choices.size() < kMaxChoices && std::getline(stream, line)) {
        std::istringstream words(line);
        std::string team, form, key;
        int tile = 0;
        if (!(words >> team >> tile >> form) || !std::getline(words >> std::ws, key))
            continue;
        const auto kind = teamOf(team);
        if (kind && tile >= 1 && tile <= kMaxTile && (form == kDirect || form == kWinograd))
            choices[key] = {*kind, tile, form == kWinograd};
    }
    return choices;
}

void KernelChoices::put(const std::string &key, const KernelChoice &choice, bool isDefault)
{
    m_choices[key] = choice;
    m_version += isDefault ? 0 : 1;
}

std::optional<KernelChoice> KernelChoices::find(const std::string &key) const
{
    const auto found = m_choices.find(key);
    return found == m_choices.end() ? std::nullopt : std::optional(found->second);
}

void KernelChoices::save() const
{
    if (m_file.empty())
        return;
    std::map<std::string, KernelChoice> all = m_choices;
    all.merge(read()); // keeps what other processes have measured meanwhile
    std::ostringstream text;
    text << firstLine() << "\n";
    for (const auto &[key, choice] : all)
        text << kTeams[std::size_t(choice.team)] << " " << choice.tile << " "
             << (choice.isWinograd ? kWinograd : kDirect) << " " << key << "\n";
    vulkan::replaceCacheFile(m_file, text.str());
}

} // namespace reslens::engine
