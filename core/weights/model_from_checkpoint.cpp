#include "weights/model_from_checkpoint.h"

#include "error/printable.h"
#include "nn/resnet.h"
#include "weights/architecture_inference.h"
#include "weights/finite_weights.h"
#include "weights/key_names.h"
#include "weights/module_attributes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace reslens::weights {

namespace {

// A .safetensors file describes its network under the keys `reslens.*` of its metadata.

using nlohmann::json;

constexpr std::size_t kMaxMetadataBytes = 1 << 20;
constexpr int kMaxPixels = 16'384;

const std::string *value(const Checkpoint &checkpoint, const std::string &key)
{
    const auto found = checkpoint.metadata.find(key);
    return found == checkpoint.metadata.end() ? nullptr : &found->second;
}

tl::unexpected<Error> malformed(const Checkpoint &checkpoint, const std::string &problem)
{
    return fail(ErrorKind::Malformed, checkpoint.path, "metadata " + problem);
}

/// JSON of at most two levels; discarded if it is deeper, larger or not JSON.
json parseFlat(const std::string &text)
{
    bool isDeep = text.size() > kMaxMetadataBytes;
    if (isDeep)
        return json(json::value_t::discarded);
    const auto keepShallow = [&isDeep](int depth, json::parse_event_t, json &) {
        isDeep = isDeep || depth > 2;
        return !isDeep;
    };
    json parsed = json::parse(text, keepShallow, false);
    return isDeep ? json(json::value_t::discarded) : parsed;
}

std::optional<int> pixelsOf(const json &value)
{
    if (!value.is_number_integer())
        return std::nullopt;
    const auto count = value.get<std::int64_t>();
    return count >= 1 && count <= kMaxPixels ? std::optional(int(count)) : std::nullopt;
}

std::optional<int> pixels(const json &object, const char *key)
{
    const auto found = object.find(key);
    return found == object.end() ? std::nullopt : pixelsOf(*found);
}

/// A text that may be absent; empty if it is anything else.
std::string word(const json &object, const char *key, const char *otherwise)
{
    const auto found = object.find(key);
    if (found == object.end())
        return otherwise;
    return found->is_string() ? found->get<std::string>() : std::string();
}

/// Three numbers, one per channel.
std::optional<std::array<float, 3>> triple(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->size() != 3)
        return std::nullopt;
    std::array<float, 3> values{};
    for (std::size_t c = 0; c < 3; ++c) {
        if (!(*found)[c].is_number())
            return std::nullopt;
        values[c] = (*found)[c].get<float>();
        if (!std::isfinite(values[c]))
            return std::nullopt;
    }
    return values;
}

/// `reslens.architecture`; empty if absent.
std::string architectureIn(const Checkpoint &checkpoint)
{
    const std::string *name = value(checkpoint, "reslens.architecture");
    return name ? *name : std::string();
}

/// `reslens.classes`, a JSON array of names; empty if absent, Malformed if it is anything else.
Result<std::vector<std::string>> labelsIn(const Checkpoint &checkpoint)
{
    std::vector<std::string> labels;
    const std::string *text = value(checkpoint, "reslens.classes");
    if (!text)
        return labels;
    const json parsed = parseFlat(*text);
    if (!parsed.is_array())
        return malformed(checkpoint, "'reslens.classes' is not a JSON array of names");
    for (const json &label : parsed) {
        if (!label.is_string())
            return malformed(checkpoint, "'reslens.classes' is not a JSON array of names");
        labels.push_back(label.get<std::string>());
    }
    return labels;
}

/// `reslens.preprocess`, a JSON object {"resize" (a number, or [width, height]), "crop", "mean", "std"}, and perhaps
/// "interpolation", "order" and "range"; empty if absent, Malformed if it is anything else.
Result<std::optional<nn::Preprocess>> preprocessIn(const Checkpoint &checkpoint)
{
    const std::string *text = value(checkpoint, "reslens.preprocess");
    if (!text)
        return std::nullopt;
    const json parsed = parseFlat(*text);
    const json object = parsed.is_object() ? parsed : json::object();
    const auto both = object.find("resize");
    const bool isSquashed = both != object.end() && both->is_array() && both->size() == 2;
    const auto width = isSquashed ? pixelsOf((*both)[0]) : pixels(object, "resize");
    const auto height = isSquashed ? pixelsOf((*both)[1]) : width;
    const auto crop = pixels(object, "crop");
    const auto mean = triple(object, "mean"), deviation = triple(object, "std");
    const bool isPositive = deviation && (*deviation)[0] > 0 && (*deviation)[1] > 0 && (*deviation)[2] > 0;
    const auto interpolation = nn::interpolationNamed(word(object, "interpolation", "bilinear"));
    const auto order = nn::orderNamed(word(object, "order", "rgb"));
    const int range = object.contains("range") ? pixels(object, "range").value_or(0) : 1;
    if (!width || !height || !crop || !mean || !isPositive || *crop > std::min(*width, *height) || !interpolation ||
        !order || (range != 1 && range != 255))
        return malformed(checkpoint,
                         "'reslens.preprocess' is not {\"resize\" (a number or [width, height]), \"crop\" (at most "
                         "resize), \"mean\" and \"std\" (three numbers each, std above 0)}, with \"interpolation\", "
                         "\"order\" (rgb or bgr) and \"range\" (1 or 255) if they are unusual");
    nn::Preprocess preprocess;
    if (isSquashed)
        preprocess.squash = {*width, *height};
    else
        preprocess.resize = *width;
    preprocess.interpolation = *interpolation;
    preprocess.order = *order;
    preprocess.range = range;
    preprocess.crop = *crop;
    preprocess.mean = *mean;
    preprocess.deviation = *deviation;
    preprocess.source = "embedded metadata";
    return preprocess;
}

/// True if the file has `name` as something that is no tensor.
bool isInert(const std::string &name, const Checkpoint &checkpoint, const KeyTranslation &translation)
{
    return std::ranges::any_of(checkpoint.inertEntries,
                               [&](const auto &entry) { return translation.torchvisionName(entry.first) == name; });
}

/// The error for a tensor that the network needs and that the file lacks, or has only as an inert object.
tl::unexpected<Error> missing(const nn::ParameterSpec &spec, const nn::Architecture &architecture,
                              const Checkpoint &checkpoint, const KeyTranslation &translation)
{
    for (const auto &[key, what] : checkpoint.inertEntries)
        if (translation.torchvisionName(key) == spec.name)
            return fail(ErrorKind::Unsupported, checkpoint.path,
                        inQuotes(key) + " is " + what + ", not a tensor that can be read without running Python");
    std::string problem = "the tensor '" + spec.name + "' is missing; " + architecture.name + " needs it with shape " +
                          shapeText(spec.shape);
    if (spec.name.find(".downsample.") != std::string::npos)
        problem += " (for a plain network, name it: --arch plain18)";
    return fail(ErrorKind::Mismatch, checkpoint.path, problem);
}

/// Checks the tensors that are present first: a wrong shape says more about a wrong file than the first missing tensor.
Result<void> checkPresent(const nn::ParameterSpec &spec, const NamedTensors &tensors,
                          const nn::Architecture &architecture, const std::string &subject)
{
    const auto found = tensors.find(spec.name);
    if (found == tensors.end())
        return {};
    const auto &[key, tensor] = found->second;
    if (tensor.shape != spec.shape)
        return fail(ErrorKind::Mismatch, subject,
                    inQuotes(key) + " has shape " + shapeText(tensor.shape) + "; " + architecture.name + " needs " +
                        shapeText(spec.shape));
    if (!tensor.isFloating())
        return fail(ErrorKind::Mismatch, subject,
                    inQuotes(key) + " has type " + name(tensor.dtype) + "; a weight is F32, F16, BF16 or F64");
    return {};
}

/// A convolution has a bias if the file has it.
void addBiases(nn::Network &network, const NamedTensors &tensors)
{
    for (nn::Layer &layer : network.layers)
        if (auto *conv = std::get_if<nn::Conv2d>(&layer.op))
            conv->hasBias = tensors.contains(layer.name + ".bias");
}

/// Moves every parameter of `network` out of `tensors`; the rest stays there.
Result<nn::Parameters> takeParameters(const nn::Network &network, NamedTensors &tensors, const Checkpoint &checkpoint,
                                      const KeyTranslation &translation)
{
    const std::vector<nn::ParameterSpec> specs = nn::parametersOf(network);
    for (const nn::ParameterSpec &spec : specs)
        TRY(checkPresent(spec, tensors, network.architecture, checkpoint.path));
    nn::Parameters parameters;
    for (const nn::Layer &layer : network.layers)
        for (const nn::ParameterSpec &spec : nn::parametersOf(layer)) {
            auto found = tensors.extract(spec.name);
            const bool isLinearBias = std::holds_alternative<nn::Linear>(layer.op) && spec.shape.size() == 1;
            if (!found && isLinearBias && !isInert(spec.name, checkpoint, translation)) {
                parameters.emplace(spec.name, storeFloats(spec.shape, std::vector<float>(std::size_t(spec.shape[0]))));
                continue; // a linear layer without a bias is one whose bias is 0
            }
            if (!found)
                return missing(spec, network.architecture, checkpoint, translation);
            parameters.emplace(spec.name, std::move(found.mapped().tensor));
        }
    return parameters;
}

/// A batch norm of the head that follows no linear layer becomes a part of the linear layer behind it, which computes
/// the same: W (scale * x + shift) + b = (W scale) x + (W shift + b).
Result<void> foldIntoHead(const NormBeforeLinear &norm, nn::Parameters &parameters, NamedTensors &tensors,
                          Checkpoint &checkpoint)
{
    constexpr std::array<const char *, 4> kParts{".weight", ".bias", ".running_mean", ".running_var"};
    std::array<std::vector<float>, 4> values;
    StoredTensor &weight = parameters.at(norm.linear + ".weight"), &bias = parameters.at(norm.linear + ".bias");
    const auto outputs = std::size_t(weight.shape[0]), features = std::size_t(weight.shape[1]);
    for (std::size_t part = 0; part < kParts.size(); ++part) {
        const auto found = tensors.extract(norm.name + kParts[part]);
        if (found && found.mapped().tensor.shape == std::vector<std::int64_t>{std::int64_t(features)} &&
            found.mapped().tensor.isFloating())
            values[part] = found.mapped().tensor.toFloats();
        else if (!found && part < 2) // affine=False
            values[part].assign(features, part == 0 ? 1.0f : 0.0f);
        else
            return fail(ErrorKind::Mismatch, checkpoint.path,
                        "the batch norm " + inQuotes(norm.key) + " has no " + (kParts[part] + 1) + " of " +
                            std::to_string(features) + " numbers");
    }
    std::vector<float> W = weight.toFloats(), b = bias.toFloats();
    for (std::size_t k = 0; k < outputs; ++k) {
        double sum = b[k];
        for (std::size_t c = 0; c < features; ++c) {
            const double scale = values[0][c] / std::sqrt(double(values[3][c]) + nn::BatchNorm{}.eps);
            sum += W[k * features + c] * (values[1][c] - values[2][c] * scale);
            W[k * features + c] = float(W[k * features + c] * scale);
        }
        b[k] = float(sum);
    }
    weight = storeFloats(weight.shape, std::move(W));
    bias = storeFloats(bias.shape, std::move(b));
    checkpoint.notes.push_back("the batch norm " + inQuotes(norm.key) +
                               " is multiplied into the linear layer behind it");
    return {};
}

bool isNetworkName(std::string_view name)
{
    constexpr std::array<std::string_view, 7> kStarts{"conv", "bn", "layer", "stem", "maxpool", "avgpool", "act"};
    return std::any_of(kStarts.begin(), kStarts.end(), [&](std::string_view start) { return name.starts_with(start); });
}

/// The network must use everything that looks like a part of it; a note lists the rest.
Result<void> accountForRest(const NamedTensors &rest, const nn::Architecture &architecture, Checkpoint &checkpoint,
                            const KeyTranslation &translation)
{
    constexpr std::size_t kMaxNotes = 8;
    std::size_t unused = 0;
    for (const auto &[name, tensor] : rest) {
        if (name.ends_with("num_batches_tracked") || translation.isOfAnother(tensor.key))
            continue;
        if (name.ends_with(".filt")) // of blur pools: architecture_inference.cpp compared it with the binomial one
            continue;
        if (isNetworkName(name))
            return fail(ErrorKind::Mismatch, checkpoint.path,
                        inQuotes(tensor.key) + " of shape " + shapeText(tensor.tensor.shape) + " is not part of " +
                            architecture.name + ", which would give other answers without it");
        if (unused++ < kMaxNotes)
            checkpoint.notes.push_back(inQuotes(tensor.key) + " is not part of the network and is not used");
    }
    for (const auto &[key, what] : checkpoint.inertEntries)
        if (unused++ < kMaxNotes)
            checkpoint.notes.push_back(inQuotes(key) + " is " + what + " and is not used");
    if (unused > kMaxNotes)
        checkpoint.notes.push_back(std::to_string(unused - kMaxNotes) + " further entries are not used");
    return {};
}

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Chooses the architecture that the person names, else the metadata, else the tensors.
Result<nn::Architecture> chooseArchitecture(const NamedTensors &tensors, const Checkpoint &checkpoint,
                                            const KeyTranslation &translation, const ModelOptions &options)
{
    auto inferred = inferArchitecture(tensors, translation.head(), checkpoint.path);
    const std::string claimed = architectureIn(checkpoint);
    const std::string &wanted = options.architecture.empty() ? claimed : options.architecture;
    if (wanted.empty() || (inferred && inferred->name == wanted))
        return inferred;
    auto named = nn::architectureNamed(wanted);
    if (!named)
        return fail(ErrorKind::InvalidInput, checkpoint.path,
                    "there is no architecture " + inQuotes(wanted) + "; known are " + listed(nn::knownArchitectures()));
    // Without a stem no architecture fits, whatever its name.
    if (!inferred && inferred.error().kind == ErrorKind::Unsupported)
        return inferred;
    // What a name says nothing of: the head, and the pictures' channels.
    const std::vector<nn::HeadLayer> &head = translation.head();
    named->classes = head.empty() ? 0 : head.back().features;
    named->head = head.size() > 1 ? head : std::vector<nn::HeadLayer>();
    named->inputChannels = inferred ? inferred->inputChannels : named->inputChannels;
    return *named;
}

/// What tensors cannot say about a stem of one 3x3 convolution: whether there is a pool behind it.
bool hasPoolBehind3x3(const Checkpoint &checkpoint, const KeyTranslation &translation, const ModelOptions &options)
{
    return options.variant.pool ? *options.variant.pool == nn::StemPool::Max : hasSavedPool(checkpoint, translation);
}

/// The person's word comes first. Without it the file's name may give a hint, and a note tells of it.
nn::Variant chooseVariant(const nn::Variant &wanted, const nn::Network &network, Checkpoint &checkpoint)
{
    nn::Variant variant = wanted;
    const std::string name = std::filesystem::path(checkpoint.path).filename().string();
    const auto hint = [&](const char *word, const char *what) {
        checkpoint.notes.push_back("its name has " + inQuotes(word) + ", so " + what);
    };
    const bool hasPool = std::ranges::any_of(
        network.layers, [](const nn::Layer &layer) { return std::holds_alternative<nn::MaxPool>(layer.op); });
    if (!variant.pool && hasPool && checkpoint.modules.empty() && name.find("wideresnet18") != std::string::npos) {
        variant.pool = nn::StemPool::None;
        hint("wideresnet18", "its stem is taken to have no max-pool, as Places365's has none (--variant pool=max)");
    }
    const bool isBottleneck = network.architecture.block == nn::BlockKind::Bottleneck;
    if (!variant.stride && isBottleneck)
        variant.stride = checkpoint.suggested.stride;
    if (!variant.stride && isBottleneck && checkpoint.modules.empty() && name.find("caffe") != std::string::npos) {
        variant.stride = nn::StridePlace::Conv1;
        hint("caffe", "the stride is taken to be in the first convolution of a block, as Caffe's networks have it "
                      "(--variant stride=conv2)");
    }
    return variant;
}

/// timm's resnetblur networks have filters that are not in their files.
bool hasImpliedBlur(const nn::Variant &wanted, Checkpoint &checkpoint)
{
    const std::string name = std::filesystem::path(checkpoint.path).filename().string();
    if (wanted.blurs || name.find("resnetblur") == std::string::npos)
        return wanted.blurs.value_or(false);
    checkpoint.notes.emplace_back(
        "its name has 'resnetblur', so blur pools of 3x3 are taken to have its strides, as timm's "
        "networks of that name have them (--variant blur=off)");
    return true;
}

/// The first of the file's class names that are as many as there are classes. Others are told.
std::vector<std::string> fittingNames(Checkpoint &checkpoint, std::size_t classes)
{
    for (const ClassNames &found : checkpoint.classNames)
        if (found.names.size() == classes) {
            checkpoint.notes.push_back("the names of the classes are those under " + inQuotes(found.where));
            return found.names;
        }
    for (const ClassNames &found : checkpoint.classNames)
        checkpoint.notes.push_back(inQuotes(found.where) + " has " + std::to_string(found.names.size()) +
                                   " names, but the network has " + std::to_string(classes) +
                                   " classes, so they are not used");
    return {};
}

Result<void> addDescription(nn::Model &model, Checkpoint &checkpoint, const ModelOptions &options)
{
    const std::vector<std::string> labels = TRY(labelsIn(checkpoint));
    model.labels = options.labels.empty() ? labels : options.labels;
    const auto classes = std::size_t(model.network.architecture.outputs());
    if (!model.labels.empty() && model.labels.size() != classes)
        return fail(ErrorKind::Mismatch, options.labelsFile.empty() ? checkpoint.path : options.labelsFile,
                    std::to_string(model.labels.size()) + " labels are given, but the network has " +
                        std::to_string(classes) + " classes");
    if (model.labels.empty())
        model.labels = fittingNames(checkpoint, classes);
    model.preprocess = TRY(preprocessIn(checkpoint)).value_or(checkpoint.preprocess.value_or(nn::Preprocess()));
    return {};
}

Result<nn::Activation> chooseActivation(const nn::Architecture &architecture, const ModelOptions &options,
                                        const std::string &subject)
{
    const nn::Activation chosen = options.activation.value_or(nn::usualActivation(architecture.classes));
    if (chosen == nn::Activation::Softmax && architecture.classes == 1)
        return fail(ErrorKind::InvalidInput, subject,
                    "has one output, whose softmax is always 1; expected the activation sigmoid or none");
    if (chosen != nn::Activation::None && architecture.classes == 0)
        return fail(ErrorKind::InvalidInput, subject,
                    std::string("has no head, so there is nothing to take a ") + nn::wordsOf(chosen).id + " of");
    return chosen;
}

/// Tells what was assumed because tensors do not say it.
void addNotes(const nn::Architecture &architecture, Checkpoint &checkpoint)
{
    if (architecture.classes == 0)
        checkpoint.notes.emplace_back("it has no head, so there are no predictions; its features take their place");
    if (architecture.stemKernel == 5 && checkpoint.modules.empty())
        checkpoint.notes.emplace_back(
            "its first convolution of 5x5 is assumed to have stride 2 and a max-pool behind it");
}

} // namespace

Result<nn::Model> makeModel(Checkpoint checkpoint, const ModelOptions &options)
{
    for (const auto &[key, what] : checkpoint.inertEntries)
        if (what.find("_rebuild_qtensor") != std::string::npos)
            return fail(ErrorKind::Unsupported, checkpoint.path,
                        inQuotes(key) +
                            " is a quantised tensor; ResLens runs floating-point weights, those from before " +
                            "the network was quantised");
    const KeyTranslation translation = TRY(KeyTranslation::of(checkpoint));
    NamedTensors tensors = TRY(translation.named(checkpoint));
    nn::Architecture architecture = TRY(chooseArchitecture(tensors, checkpoint, translation, options));
    if (architecture.stem == nn::StemKind::Cifar)
        architecture.hasStemPool = hasPoolBehind3x3(checkpoint, translation, options);
    if (architecture.blurKernel == 0 && hasImpliedBlur(options.variant, checkpoint))
        architecture.blurKernel = 3;
    architecture.activation = TRY(chooseActivation(architecture, options, checkpoint.path));
    nn::Model model;
    model.network = nn::buildNetwork(architecture);
    addBiases(model.network, tensors);
    model.parameters = TRY(takeParameters(model.network, tensors, checkpoint, translation));
    for (const NormBeforeLinear &norm : translation.normsBeforeLinear())
        TRY(foldIntoHead(norm, model.parameters, tensors, checkpoint));
    checkpoint.notes.insert(checkpoint.notes.end(), translation.notes().begin(), translation.notes().end());
    TRY(accountForRest(tensors, architecture, checkpoint, translation));
    TRY(applyModules(model.network, checkpoint, translation));
    const nn::Variant variant = chooseVariant(options.variant, model.network, checkpoint);
    if (auto applied = nn::applyVariant(model.network, variant); !applied)
        return fail(applied.error().kind, checkpoint.path, applied.error().problem);
    TRY(addDescription(model, checkpoint, options));
    const bool isDouble = std::any_of(model.parameters.begin(), model.parameters.end(),
                                      [](const auto &named) { return named.second.dtype == DType::F64; });
    if (isDouble)
        checkpoint.notes.push_back("64-bit weights are rounded to 32 bits");
    addNotes(model.network.architecture, checkpoint);
    if (std::string note = notFiniteNote(model.parameters); !note.empty())
        checkpoint.notes.insert(checkpoint.notes.begin(), std::move(note));
    for (const NetworkInFile &network : checkpoint.networks)
        model.networks.push_back(network.path());
    model.chosenNetwork = checkpoint.network;
    model.path = checkpoint.path;
    model.name = std::filesystem::path(checkpoint.path).stem().string();
    model.notes = std::move(checkpoint.notes);
    return model;
}

} // namespace reslens::weights
