#include "weights/module_attributes.h"

#include "error/printable.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

struct Found {
    const std::string *name; // in the file
    const SavedModule *module;
    std::string type; // as Python names it
};

constexpr std::string_view kScript = "__torch__.", kActivation = "torch.nn.modules.activation.";

/// False for modules of the head, which is found by itself.
bool isOfNetwork(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kStarts{"relu", "act", "conv1.", "layer", "stem"};
    return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
}

/// "__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d" is TorchScript's "torch.nn.modules.conv.Conv2d".
std::string typeOf(const SavedModule &module)
{
    std::string type = module.type;
    if (type.starts_with(kScript))
        type.erase(0, kScript.size());
    const std::size_t mangled = type.find("___torch_mangle_");
    if (mangled != std::string::npos)
        type.erase(mangled, type.find('.', mangled) + 1 - mangled);
    return type;
}

using Modules = std::map<std::string, Found, std::less<>>; // by torchvision's name

Modules byTorchvisionName(const Checkpoint &checkpoint, const KeyTranslation &translation)
{
    constexpr std::string_view kMember = ".weight"; // styles know names of tensors
    Modules modules;
    for (const auto &[name, module] : checkpoint.modules) {
        std::string translated = translation.torchvisionName(name + std::string(kMember));
        if (!translated.ends_with(kMember)) // the whole network
            continue;
        translated.resize(translated.size() - kMember.size());
        modules.emplace(std::move(translated), Found{&name, &module, typeOf(module)});
    }
    return modules;
}

/// The number that all axes share; `fallback` if the module does not have it.
Result<double> attribute(const Found &found, const std::string &name, double fallback, const std::string &subject)
{
    const auto at = found.module->attributes.find(name);
    if (at == found.module->attributes.end())
        return fallback;
    const std::vector<double> &values = at->second;
    if (std::ranges::any_of(values, [&](double value) { return value != values[0]; }) || values[0] < 0 ||
        values[0] > 64)
        return fail(ErrorKind::Unsupported, subject,
                    inQuotes(*found.name) + " has a " + name +
                        " that ResLens does not run: it differs between height " +
                        "and width, or is not between 0 and 64");
    return values[0];
}

class Application {
public:
    Application(const Modules &modules, const std::string &subject) : m_modules(modules), m_subject(subject) {}

    Result<void> apply(nn::Layer &layer)
    {
        const auto found = m_modules.find(layer.name);
        if (found == m_modules.end())
            return {};
        if (auto *conv = std::get_if<nn::Conv2d>(&layer.op)) {
            TRY(expectWord(found->second, "padding_mode", "zeros"));
            TRY(expectWord(found->second, "padding", "")); // "same" and "valid" instead of a number
            TRY(set(conv->stride, found->second, "stride"));
            TRY(set(conv->padding, found->second, "padding"));
            TRY(set(conv->dilation, found->second, "dilation"));
            if (conv->stride < 1 || conv->dilation < 1)
                return fail(ErrorKind::Unsupported, m_subject, inQuotes(layer.name) + " has a stride or dilation of 0");
        } else if (auto *norm = std::get_if<nn::BatchNorm>(&layer.op)) {
            TRY(set(norm->eps, found->second, "eps"));
        } else if (auto *pool = std::get_if<nn::MaxPool>(&layer.op)) {
            return applyPool(*pool, found->second);
        } else if (auto *average = std::get_if<nn::AveragePool>(&layer.op)) {
            return applyAverage(*average, found->second);
        }
        return {};
    }

    /// One activation stands for all: torchvision's blocks use theirs several times.
    Result<void> applyActivations(nn::Network &network)
    {
        const Found *first = nullptr;
        for (const auto &[name, found] : m_modules) {
            if (name.starts_with(':') || !found.type.starts_with(kActivation) || !isOfNetwork(name))
                continue;
            const double slope = TRY(attribute(found, "negative_slope", 0, m_subject));
            if (first && (found.type != first->type || slope != TRY(attribute(*first, "negative_slope", 0, m_subject))))
                return fail(ErrorKind::Unsupported, m_subject,
                            "has activations of two kinds: " + inQuotes(*first->name) + " is a " + first->type + ", " +
                                inQuotes(*found.name) + " a " + found.type);
            first = &found;
        }
        if (!first || first->type.ends_with(".ReLU"))
            return {};
        const bool isLeaky = first->type.ends_with(".LeakyReLU");
        if (!isLeaky && !first->type.ends_with(".SiLU"))
            return fail(ErrorKind::Unsupported, m_subject,
                        inQuotes(*first->name) + " is a " + first->type + "; ResLens runs ReLU, LeakyReLU and SiLU");
        nn::Activate activate{isLeaky ? nn::Activate::Kind::Leaky : nn::Activate::Kind::Silu};
        activate.slope = float(TRY(attribute(*first, "negative_slope", double(activate.slope), m_subject)));
        for (int l = 0; l < network.features; ++l)
            if (nn::Op &op = network.layers[std::size_t(l)].op; std::holds_alternative<nn::Relu>(op))
                op = activate;
        m_changes.push_back("its activations are " + first->type.substr(kActivation.size()));
        return {};
    }

    const std::vector<std::string> &changes() const { return m_changes; }

private:
    Result<void> expectWord(const Found &found, const std::string &name, std::string_view expected) const
    {
        const auto at = found.module->words.find(name);
        if (at == found.module->words.end() || at->second == expected)
            return {};
        return fail(ErrorKind::Unsupported, m_subject,
                    inQuotes(*found.name) + " has the " + name + " " + inQuotes(at->second) +
                        "; ResLens runs convolutions that are padded by a number of zeros");
    }

    template <typename T>
    Result<void> set(T &value, const Found &found, const std::string &name)
    {
        const auto saved = T(TRY(attribute(found, name, double(value), m_subject)));
        if (saved != value)
            m_changes.push_back(*found.name + " has " + name + " " + shortest(double(saved)));
        value = saved;
        return {};
    }

    static std::string shortest(double value)
    {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g", value);
        return text.data();
    }

    /// A stem without its pool keeps the layer: a window of one pixel changes nothing.
    Result<void> applyPool(nn::MaxPool &pool, const Found &found)
    {
        if (found.type == "torch.nn.modules.linear.Identity") {
            m_changes.push_back(*found.name + " does nothing");
            pool = {1, 1, 0};
            return {};
        }
        if (found.type != "torch.nn.modules.pooling.MaxPool2d")
            return fail(ErrorKind::Unsupported, m_subject,
                        inQuotes(*found.name) + " is a " + found.type + "; ResLens runs a MaxPool2d there");
        TRY(set(pool.kernel, found, "kernel_size"));
        TRY(set(pool.stride, found, "stride"));
        TRY(set(pool.padding, found, "padding"));
        if (TRY(attribute(found, "ceil_mode", 0, m_subject)) != 0 ||
            TRY(attribute(found, "dilation", 1, m_subject)) != 1)
            return fail(ErrorKind::Unsupported, m_subject,
                        inQuotes(*found.name) + " has a ceil_mode or dilation, which ResLens does not run there");
        if (pool.kernel < 1 || pool.stride < 1 || 2 * pool.padding > pool.kernel)
            return fail(ErrorKind::Unsupported, m_subject, inQuotes(*found.name) + " has no window");
        return {};
    }

    Result<void> applyAverage(nn::AveragePool &pool, const Found &found)
    {
        if (found.type != "torch.nn.modules.pooling.AvgPool2d")
            return fail(ErrorKind::Unsupported, m_subject,
                        inQuotes(*found.name) + " is a " + found.type + "; ResLens runs an AvgPool2d there");
        TRY(set(pool.kernel, found, "kernel_size"));
        TRY(set(pool.stride, found, "stride"));
        TRY(set(pool.padding, found, "padding"));
        TRY(set(pool.isCeil, found, "ceil_mode"));
        TRY(set(pool.countsPadding, found, "count_include_pad"));
        if (pool.kernel < 1 || pool.stride < 1 || 2 * pool.padding > pool.kernel)
            return fail(ErrorKind::Unsupported, m_subject, inQuotes(*found.name) + " has no window");
        return {};
    }

    const Modules &m_modules;
    const std::string &m_subject;
    std::vector<std::string> m_changes;
};

/// Refuses pools that ResLens does not run.
Result<void> refuseOthers(const nn::Network &network, const Modules &modules, const std::string &subject)
{
    const auto hasPool = [](const nn::Layer &layer) { return std::holds_alternative<nn::MaxPool>(layer.op); };
    for (const auto &[name, found] : modules) {
        const std::string &type = found.type;
        if (name == "avgpool" && type.ends_with("Pool2d") && !type.ends_with("AvgPool2d"))
            return fail(ErrorKind::Unsupported, subject,
                        inQuotes(*found.name) + " is a " + type + "; ResLens runs the average of each channel there");
        if (name == "maxpool" && type.ends_with("Pool2d") && std::ranges::none_of(network.layers, hasPool))
            return fail(ErrorKind::Unsupported, subject,
                        inQuotes(*found.name) + " is a " + type + " behind a first convolution of 3x3; ResLens runs " +
                            "such stems without a pool");
    }
    return {};
}

/// Both inputs of every addition have the same shape, for the input that the network was made for.
Result<void> checkShapes(const nn::Network &network, const std::string &subject)
{
    const int size = network.architecture.inputSize();
    std::vector<Shape> shapes;
    for (const nn::Layer &layer : network.layers) {
        const Shape in = layer.inputs.empty() ? Shape{1, network.architecture.inputChannels, size, size}
                                              : shapes[std::size_t(layer.inputs[0])];
        for (const int input : layer.inputs)
            if (shapes[std::size_t(input)] != in)
                return fail(ErrorKind::Unsupported, subject,
                            "the strides of its saved modules do not fit together: the two parts of " +
                                inQuotes(layer.name) + " differ in size");
        shapes.push_back(layer.inputs.empty() ? in : nn::outputShape(layer.op, in));
        if (shapes.back().h < 1 || shapes.back().w < 1)
            return fail(ErrorKind::Unsupported, subject,
                        "nothing is left of a picture of " + std::to_string(size) + " pixels at " +
                            inQuotes(layer.name));
    }
    return {};
}

} // namespace

bool hasSavedPool(const Checkpoint &checkpoint, const KeyTranslation &translation)
{
    const Modules modules = byTorchvisionName(checkpoint, translation);
    const auto found = modules.find("maxpool");
    return found != modules.end() && found->second.type == "torch.nn.modules.pooling.MaxPool2d";
}

Result<void> applyModules(nn::Network &network, Checkpoint &checkpoint, const KeyTranslation &translation)
{
    if (checkpoint.modules.empty())
        return {};
    const auto isScript = [](const auto &module) { return module.second.type.starts_with(kScript); };
    if (std::ranges::any_of(checkpoint.modules, isScript))
        checkpoint.notes.push_back(
            "it is a TorchScript program: strides, dilation and epsilons stand in its code, which "
            "is not read; torchvision's are assumed");
    const Modules modules = byTorchvisionName(checkpoint, translation);
    TRY(refuseOthers(network, modules, checkpoint.path));
    Application application(modules, checkpoint.path);
    for (nn::Layer &layer : network.layers)
        TRY(application.apply(layer));
    TRY(application.applyActivations(network));
    const std::vector<std::string> &changes = application.changes();
    if (changes.empty())
        return {};
    TRY(checkShapes(network, checkpoint.path));
    constexpr std::size_t kMostNamed = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(kMostNamed, changes.size()); ++i)
        text += (i > 0 ? ", " : "") + changes[i];
    if (changes.size() > kMostNamed)
        text += " and " + std::to_string(changes.size() - kMostNamed) + " more";
    checkpoint.notes.push_back("its saved modules differ from " + network.architecture.name +
                               ", and are run as saved: " + text);
    return {};
}

} // namespace reslens::weights
