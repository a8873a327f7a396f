#include "nn/variant.h"

#include "error/printable.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace reslens::nn {

namespace {

constexpr std::string_view kSubject = "--variant";

/// "dilate=3,4" is one setting: what follows a comma without an equals sign belongs to the setting before.
std::vector<std::string> settingsOf(std::string_view text)
{
    std::vector<std::string> settings;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        if (part.find('=') == std::string_view::npos && !settings.empty())
            settings.back() += ',' + std::string(part);
        else
            settings.emplace_back(part);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return settings;
}

tl::unexpected<Error> unknown(std::string_view key, std::string_view value, std::string_view known)
{
    return fail(ErrorKind::InvalidInput, std::string(kSubject),
                std::string(key) + " is " + inQuotes(value) + "; expected " + std::string(known));
}

struct ActivationName {
    std::string_view name;
    BlockActivation activation;
};
constexpr ActivationName kActivations[] = {
    {"relu", BlockActivation::Relu}, {"silu", BlockActivation::Silu}, {"leaky", BlockActivation::Leaky}};

template <typename T>
std::optional<T> numberIn(std::string_view text)
{
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Result<std::vector<int>> stagesIn(std::string_view value)
{
    std::vector<int> stages;
    for (std::string_view rest = value; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        const auto stage = numberIn<int>(rest.substr(0, comma));
        if (!stage || *stage < 2 || *stage > 5)
            return unknown("dilate", value, "stages from 2 on, such as 3,4");
        stages.push_back(*stage);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    std::ranges::sort(stages);
    return stages;
}

Conv2d *convolution(Network &network, const std::string &name)
{
    const auto found = std::ranges::find(network.layers, name, &Layer::name);
    return found == network.layers.end() ? nullptr : std::get_if<Conv2d>(&found->op);
}

Result<void> applyPool(Network &network, StemPool pool)
{
    for (Layer &layer : network.layers)
        if (auto *found = std::get_if<MaxPool>(&layer.op)) {
            if (pool == StemPool::None)
                *found = {1, 1, 0};
            else if (found->kernel == 1) // a stem that was saved without one
                *found = {3, 2, 1};
            return {};
        }
    if (pool == StemPool::None)
        return {};
    return fail(ErrorKind::InvalidInput, std::string(kSubject),
                "pool=max: " + network.architecture.name + " was built without a pool");
}

Result<void> applyStride(Network &network, StridePlace place)
{
    if (network.architecture.block != BlockKind::Bottleneck)
        return fail(ErrorKind::InvalidInput, std::string(kSubject),
                    "stride: only bottlenecks have it in one of two places, and " + network.architecture.name +
                        " has basic blocks");
    for (const Block &block : network.blocks) {
        Conv2d *first = convolution(network, block.name + ".conv1");
        Conv2d *second = convolution(network, block.name + ".conv2");
        const int stride = first->stride * second->stride;
        first->stride = place == StridePlace::Conv1 ? stride : 1;
        second->stride = place == StridePlace::Conv1 ? 1 : stride;
    }
    return {};
}

void applyActivation(Network &network, BlockActivation activation)
{
    for (int l = 0; l < network.features; ++l)
        if (Op &op = network.layers[std::size_t(l)].op;
            std::holds_alternative<Relu>(op) || std::holds_alternative<Activate>(op)) {
            if (activation == BlockActivation::Relu)
                op = Relu{};
            else
                op = Activate{activation == BlockActivation::Silu ? Activate::Kind::Silu : Activate::Kind::Leaky};
        }
}

/// The first block of a stage dilates as the stage before, since its input has that stage's size.
void applyDilation(Network &network, const std::vector<int> &stages)
{
    int dilation = 1;
    for (int stage = 1; stage <= int(network.architecture.depths.size()); ++stage) {
        const int before = dilation;
        const bool isDilated = std::ranges::find(stages, stage) != stages.end();
        dilation *= isDilated ? 2 : 1;
        for (int index = 0; index < network.architecture.depths[std::size_t(stage - 1)]; ++index) {
            const std::string block = "layer" + std::to_string(stage) + "." + std::to_string(index) + ".";
            for (const char *name : {"conv1", "conv2", "conv3", "downsample.0"})
                if (Conv2d *conv = convolution(network, block + name)) {
                    conv->stride = isDilated ? 1 : conv->stride;
                    if (conv->kernel != 3)
                        continue;
                    // A basic block's second convolution reads what its first one made.
                    const bool isSecond = network.architecture.block == BlockKind::Basic && name[4] == '2';
                    conv->dilation = index == 0 && !isSecond ? before : dilation;
                    conv->padding = conv->dilation;
                }
        }
    }
}

} // namespace

Result<Variant> variantFrom(std::string_view text)
{
    Variant variant;
    for (const std::string &setting : settingsOf(text)) {
        const std::size_t equals = setting.find('=');
        const std::string key = setting.substr(0, equals);
        const std::string value = equals == std::string::npos ? std::string() : setting.substr(equals + 1);
        if (key == "pool") {
            if (value != "max" && value != "none")
                return unknown(key, value, "max or none");
            variant.pool = value == "max" ? StemPool::Max : StemPool::None;
        } else if (key == "stride") {
            if (value != "conv1" && value != "conv2")
                return unknown(key, value, "conv1 or conv2");
            variant.stride = value == "conv1" ? StridePlace::Conv1 : StridePlace::Conv2;
        } else if (key == "dilate") {
            variant.dilated = TRY(stagesIn(value));
        } else if (key == "eps") {
            variant.eps = numberIn<float>(value);
            if (!variant.eps || !(*variant.eps > 0) || !std::isfinite(*variant.eps))
                return unknown(key, value, "a number above 0, such as 0.001");
        } else if (key == "activation") {
            const auto found = std::ranges::find(kActivations, value, &ActivationName::name);
            if (found == std::end(kActivations))
                return unknown(key, value, "relu, silu or leaky");
            variant.activation = found->activation;
        } else if (key == "blur") {
            if (value != "on" && value != "off")
                return unknown(key, value, "on or off");
            variant.blurs = value == "on";
        } else {
            return fail(ErrorKind::InvalidInput, std::string(kSubject),
                        "there is no " + inQuotes(key) +
                            "; known are pool=max|none, stride=conv1|conv2, dilate=STAGES, eps=NUMBER, "
                            "activation=relu|silu|leaky and blur=on|off");
        }
    }
    return variant;
}

Variant merged(Variant variant, const Variant &change)
{
    const auto take = [](auto &value, const auto &changed) {
        if (changed)
            value = changed;
    };
    take(variant.pool, change.pool);
    take(variant.stride, change.stride);
    take(variant.eps, change.eps);
    take(variant.activation, change.activation);
    take(variant.blurs, change.blurs);
    if (!change.dilated.empty())
        variant.dilated = change.dilated;
    return variant;
}

std::string textOf(const Variant &variant)
{
    std::string text;
    const auto add = [&text](const char *key, const std::string &value) {
        text += (text.empty() ? "" : ",") + std::string(key) + "=" + value;
    };
    if (variant.pool)
        add("pool", *variant.pool == StemPool::Max ? "max" : "none");
    if (variant.stride)
        add("stride", *variant.stride == StridePlace::Conv1 ? "conv1" : "conv2");
    std::string stages;
    for (const int stage : variant.dilated)
        stages += (stages.empty() ? "" : ",") + std::to_string(stage);
    if (!stages.empty())
        add("dilate", stages);
    if (variant.eps) {
        std::array<char, 32> digits{};
        add("eps", {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), *variant.eps).ptr});
    }
    if (variant.activation)
        add("activation",
            std::string(std::ranges::find(kActivations, *variant.activation, &ActivationName::activation)->name));
    if (variant.blurs)
        add("blur", *variant.blurs ? "on" : "off");
    return text;
}

Result<void> applyVariant(Network &network, const Variant &variant)
{
    if (variant.pool)
        TRY(applyPool(network, *variant.pool));
    if (variant.stride)
        TRY(applyStride(network, *variant.stride));
    if (!variant.dilated.empty()) {
        if (variant.dilated.back() > int(network.architecture.depths.size()))
            return fail(ErrorKind::InvalidInput, std::string(kSubject),
                        "dilate: there is no stage " + std::to_string(variant.dilated.back()) + " in " +
                            network.architecture.name);
        if (const ShortcutKind shortcut = network.architecture.shortcut;
            shortcut != ShortcutKind::Projection && shortcut != ShortcutKind::None)
            return fail(ErrorKind::InvalidInput, std::string(kSubject),
                        "dilate: the shortcuts of " + network.architecture.name + " skip pixels, and keep no size");
        applyDilation(network, variant.dilated);
    }
    if (variant.activation)
        applyActivation(network, *variant.activation);
    if (variant.eps)
        for (Layer &layer : network.layers)
            if (auto *norm = std::get_if<BatchNorm>(&layer.op))
                norm->eps = *variant.eps;
    return {};
}

} // namespace reslens::nn
