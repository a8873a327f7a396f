#include "weights/architecture_inference.h"

#include "error/printable.h"
#include "nn/ops.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

namespace reslens::weights {

namespace {

constexpr int kMaxStages = 5;
constexpr std::int64_t kMaxStemChannels = 4096;

using Shape4 = std::array<std::int64_t, 4>;

/// The shape of the four-dimensional tensor `name`.
std::optional<Shape4> filterShape(const NamedTensors &tensors, const std::string &name)
{
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.tensor.shape.size() != 4)
        return std::nullopt;
    const auto &shape = found->second.tensor.shape;
    return Shape4{shape[0], shape[1], shape[2], shape[3]};
}

struct Stranger {
    std::string_view fragment, what; // a key that contains `fragment` belongs to `what`
};

constexpr Stranger kStrangers[] = {
    {"denseblock", "a DenseNet"},
    {"class_token", "a vision transformer"},
    {"cls_token", "a vision transformer"},
    {"patch_embed", "a vision transformer"},
    {"Conv2d_1a_3x3", "an Inception network"},
    {"trunk_output", "a RegNet"},
    {"conv_dw", "a ConvNeXt, MobileNet or EfficientNet"},
    {"features.0.0.weight", "a MobileNet, EfficientNet or ConvNeXt"},
    {"features.0.weight", "a VGG, AlexNet or SqueezeNet"},
    {"stem.conv.weight", "a pre-activation ResNet (ResNetV2)"},
    {"attn", "a transformer"},
};

/// An error of one sentence for a file whose tensors are not a ResNet's.
tl::unexpected<Error> notAResnet(const NamedTensors &tensors, const std::string &subject)
{
    for (const Stranger &stranger : kStrangers)
        for (const auto &[name, tensor] : tensors)
            if (name.find(stranger.fragment) != std::string::npos)
                return fail(ErrorKind::Unsupported, subject,
                            "looks like " + std::string(stranger.what) + " (it has " + inQuotes(tensor.key) +
                                "), not a residual network that ResLens can run");
    const std::string first =
        tensors.empty() ? "it has no tensors" : "its first tensor is " + inQuotes(tensors.begin()->second.key);
    return fail(ErrorKind::Unsupported, subject,
                "holds no residual network: there is no 'conv1.weight' and no 'layer1.0.conv1.weight'; " + first);
}

/// Refuses relatives of the ResNet that share its names but compute something else.
Result<void> refuseVariants(const NamedTensors &tensors, const std::string &subject)
{
    const auto endsWithMean = [](const auto &named) { return named.first.ends_with("running_mean"); };
    if (const auto norm = tensors.find("bn1.weight");
        norm != tensors.end() && std::ranges::none_of(tensors, endsWithMean))
        return fail(ErrorKind::Unsupported, subject,
                    "has no running means and variances behind " + inQuotes(norm->second.key) +
                        ": it uses GroupNorm, InstanceNorm or batch norms of each batch, which ResLens does not run");
    for (const auto &[name, tensor] : tensors) {
        if (!name.starts_with("layer"))
            continue;
        if (name.find(".se.") != std::string::npos || name.find(".se_module.") != std::string::npos)
            return fail(ErrorKind::Unsupported, subject,
                        "has squeeze-and-excitation (" + inQuotes(tensor.key) + "), which ResLens does not run");
    }
    return {};
}

std::optional<int> number(std::string_view text)
{
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isPlain = text == "0" || !text.starts_with('0');
    if (error != std::errc() || end != text.data() + text.size() || !isPlain || value < 0)
        return std::nullopt;
    return value;
}

/// Counts the blocks in each stage, from names `layer<stage>.<block>.…`. A gap is an error that names the missing
/// block.
Result<std::vector<int>> stageDepths(const NamedTensors &tensors, const std::string &subject)
{
    constexpr std::string_view kLayer = "layer";
    std::map<int, std::set<int>> blocks;
    for (const auto &[name, tensor] : tensors) {
        const std::size_t dot = name.find('.');
        if (!name.starts_with(kLayer) || dot == std::string::npos)
            continue;
        const auto stage = number(std::string_view(name).substr(kLayer.size(), dot - kLayer.size()));
        const auto block = number(std::string_view(name).substr(dot + 1, name.find('.', dot + 1) - dot - 1));
        if (stage && block)
            blocks[*stage].insert(*block);
    }
    std::vector<int> depths;
    for (const auto &[stage, indices] : blocks) {
        const auto missing = [&](int missingStage, int missingBlock) {
            return fail(ErrorKind::Mismatch, subject,
                        "the tensors of block layer" + std::to_string(missingStage) + "." +
                            std::to_string(missingBlock) + " are missing");
        };
        if (stage != int(depths.size()) + 1)
            return missing(int(depths.size()) + 1, 0);
        int expected = 0;
        for (const int index : indices)
            if (index != expected++)
                return missing(stage, expected - 1);
        depths.push_back(int(indices.size()));
    }
    if (depths.empty() || depths.size() > kMaxStages)
        return fail(ErrorKind::Unsupported, subject,
                    "has " + std::to_string(depths.size()) + " stages of blocks (layer1, layer2, …); 1 to " +
                        std::to_string(kMaxStages) + " are expected");
    return depths;
}

constexpr std::int64_t kMaxInputChannels = 1024;

tl::unexpected<Error> noStem(const NamedTensor &tensor, const std::string &subject)
{
    return fail(ErrorKind::Mismatch, subject,
                inQuotes(tensor.key) + " has shape " + shapeText(tensor.tensor.shape) +
                    "; a ResNet's first convolution has [C, channels, 7, 7], also 5x5, or 3x3 for CIFAR and " +
                    "for stems of three convolutions");
}

/// Finds the stem's kind and widths, from conv1, or from conv1.0, conv1.3 and conv1.6 if it is deep.
Result<void> inferStem(const NamedTensors &tensors, nn::Architecture &a, const std::string &subject)
{
    const bool isDeep = tensors.contains("conv1.0.weight");
    const std::vector<std::string> names =
        isDeep ? std::vector<std::string>{"conv1.0", "conv1.3", "conv1.6"} : std::vector<std::string>{"conv1"};
    for (const std::string &name : names) {
        const auto found = tensors.find(name + ".weight");
        if (found == tensors.end())
            return fail(ErrorKind::Mismatch, subject, "the tensor '" + name + ".weight' is missing");
        const auto shape = filterShape(tensors, name + ".weight");
        if (!shape)
            return noStem(found->second, subject);
        const auto [out, in, height, width] = *shape;
        const bool isKernel = height == 3 || (!isDeep && (height == 5 || height == 7));
        if (height != width || !isKernel || in < 1 || out < 1 || out > kMaxStemChannels || in > kMaxInputChannels)
            return noStem(found->second, subject);
        if (name == names.front())
            a.inputChannels = int(in);
        if (name == names.back()) {
            a.stemChannels = int(out);
            a.stemKernel = int(height);
        } else {
            a.deepStem.push_back(int(out));
        }
    }
    a.stem = isDeep || a.stemKernel > 3 ? nn::StemKind::Imagenet : nn::StemKind::Cifar;
    a.hasStemPool = a.stem == nn::StemKind::Imagenet;
    return {};
}

/// Finds the groups and their width, from the first bottleneck's 3x3 convolution: [inner, inner / groups, 3, 3].
Result<void> inferGroups(const NamedTensors &tensors, nn::Architecture &a, const std::string &subject)
{
    const auto shape = filterShape(tensors, "layer1.0.conv2.weight");
    if (!shape)
        return fail(ErrorKind::Mismatch, subject, "the convolution 'layer1.0.conv2.weight' is missing");
    const auto [inner, perGroup, height, width] = *shape;
    const bool isDivisible = perGroup > 0 && inner > 0 && inner % perGroup == 0 && inner <= 64 * kMaxStemChannels;
    if (isDivisible) {
        a.groups = int(inner / perGroup);
        // innerChannels = stageWidth * groupChannels / 64 * groups, solved for groupChannels
        a.groupChannels = int(perGroup * 64 / a.stemChannels);
    }
    if (!isDivisible || a.innerChannels(0) != inner)
        return fail(ErrorKind::Mismatch, subject,
                    "'layer1.0.conv2.weight' has shape " + shapeText(*shape) + ", which no bottleneck of stage width " +
                        std::to_string(a.stemChannels) + " has");
    return {};
}

bool isBinomial(const std::vector<float> &filters, const nn::BlurPool &blur)
{
    const std::vector<float> row = blur.weights();
    const std::size_t plane = row.size() * row.size();
    for (std::size_t i = 0; i < filters.size(); ++i)
        if (const float expected = row[i % plane / row.size()] * row[i % row.size()];
            !(std::abs(filters[i] - expected) <= 1e-3f))
            return false;
    return true;
}

/// An average pool before the convolution shifts the numbers of what follows it by one.
nn::ShortcutKind shortcutIn(const NamedTensors &tensors, const nn::Architecture &a)
{
    bool hasProjection = false, hasBlur = false, hasPool = false;
    for (const auto &[name, tensor] : tensors) {
        if (!name.starts_with("layer") || name.find(".downsample.") == std::string::npos)
            continue;
        hasProjection = true;
        hasBlur = hasBlur || name.ends_with(".downsample.0.filt");
        hasPool = hasPool || (name.ends_with(".downsample.1.weight") && tensor.tensor.shape.size() == 4);
    }
    if (hasBlur || hasPool)
        return hasBlur ? nn::ShortcutKind::BlurPool : nn::ShortcutKind::AveragePool;
    const bool isZeroPad = a.stem == nn::StemKind::Cifar && !hasProjection;
    return isZeroPad ? nn::ShortcutKind::ZeroPad : nn::ShortcutKind::Projection;
}

/// The size of the filters of blur pools, which must all be the same binomial one; 0 if there are none.
Result<int> blurKernelIn(const NamedTensors &tensors, const std::string &subject)
{
    int kernel = 0;
    for (const auto &[name, tensor] : tensors) {
        if (!name.ends_with(".filt"))
            continue;
        const auto shape = filterShape(tensors, name);
        constexpr std::int64_t kMost = 7;
        const bool isFilter = shape && (*shape)[1] == 1 && (*shape)[2] == (*shape)[3] && (*shape)[2] >= 2 &&
                              (*shape)[2] <= kMost && tensor.tensor.isFloating();
        if (!isFilter || (kernel != 0 && kernel != (*shape)[2]) ||
            !isBinomial(tensor.tensor.toFloats(), nn::BlurPool{int((*shape)[2])}))
            return fail(
                ErrorKind::Unsupported, subject,
                inQuotes(tensor.key) + " of shape " + shapeText(tensor.tensor.shape) +
                    " is not a blur pool's binomial filter of 2x2 to 7x7, the same everywhere, which ResLens runs");
        kernel = int((*shape)[2]);
    }
    return kernel;
}

} // namespace

Result<nn::Architecture> inferArchitecture(const NamedTensors &tensors, const std::vector<nn::HeadLayer> &head,
                                           const std::string &subject)
{
    if (!tensors.contains("conv1.weight") && !tensors.contains("conv1.0.weight") &&
        !tensors.contains("layer1.0.conv1.weight"))
        return notAResnet(tensors, subject);
    TRY(refuseVariants(tensors, subject));
    nn::Architecture a;
    TRY(inferStem(tensors, a, subject));
    a.depths = TRY(stageDepths(tensors, subject));
    a.block = tensors.contains("layer1.0.conv3.weight") ? nn::BlockKind::Bottleneck : nn::BlockKind::Basic;
    if (a.block == nn::BlockKind::Bottleneck)
        TRY(inferGroups(tensors, a, subject));
    a.shortcut = shortcutIn(tensors, a);
    a.blurKernel = TRY(blurKernelIn(tensors, subject));
    a.classes = head.empty() ? 0 : head.back().features;
    if (head.size() > 1)
        a.head = head;
    a.name = nn::nameFor(a);
    return a;
}

} // namespace reslens::weights
