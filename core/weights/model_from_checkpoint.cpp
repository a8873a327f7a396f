#include "weights/model_from_checkpoint.h"

#include "error/printable.h"
#include "nn/resnet.h"
#include "weights/architecture_inference.h"
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

std::optional<int> pixels(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
        return std::nullopt;
    const auto count = found->get<std::int64_t>();
    return count >= 1 && count <= kMaxPixels ? std::optional(int(count)) : std::nullopt;
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

/// `reslens.preprocess`, a JSON object {"resize", "crop", "mean", "std"}; empty if absent, Malformed if it is anything
/// else.
Result<std::optional<nn::Preprocess>> preprocessIn(const Checkpoint &checkpoint)
{
    const std::string *text = value(checkpoint, "reslens.preprocess");
    if (!text)
        return std::nullopt;
    const json parsed = parseFlat(*text);
    const json object = parsed.is_object() ? parsed : json::object();
    const auto resize = pixels(object, "resize"), crop = pixels(object, "crop");
    const auto mean = triple(object, "mean"), deviation = triple(object, "std");
    const bool isPositive = deviation && (*deviation)[0] > 0 && (*deviation)[1] > 0 && (*deviation)[2] > 0;
    if (!resize || !crop || !mean || !isPositive || *crop > *resize)
        return malformed(checkpoint, "'reslens.preprocess' is not {\"resize\", \"crop\" (at most resize), \"mean\" and "
                                     "\"std\" (three numbers each, std above 0)}");
    nn::Preprocess preprocess;
    preprocess.resize = *resize;
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

/// Moves every parameter of `network` out of `tensors`; the rest stays there.
Result<nn::Parameters> takeParameters(const nn::Network &network, NamedTensors &tensors, const Checkpoint &checkpoint,
                                      const KeyTranslation &translation)
{
    const std::vector<nn::ParameterSpec> specs = nn::parametersOf(network);
    for (const nn::ParameterSpec &spec : specs)
        TRY(checkPresent(spec, tensors, network.architecture, checkpoint.path));
    nn::Parameters parameters;
    for (const nn::ParameterSpec &spec : specs) {
        auto found = tensors.extract(spec.name);
        if (!found && spec.name == "fc.bias" && !isInert(spec.name, checkpoint, translation)) {
            parameters.emplace(spec.name, storeFloats(spec.shape, std::vector<float>(std::size_t(spec.shape[0]))));
            continue; // a linear layer without a bias is one whose bias is 0
        }
        if (!found)
            return missing(spec, network.architecture, checkpoint, translation);
        parameters.emplace(spec.name, std::move(found.mapped().tensor));
    }
    return parameters;
}

bool isNetworkName(std::string_view name)
{
    constexpr std::array<std::string_view, 8> kStarts{"conv", "bn",      "layer",   "fc.",
                                                      "stem", "maxpool", "avgpool", "act"};
    return std::any_of(kStarts.begin(), kStarts.end(), [&](std::string_view start) { return name.starts_with(start); });
}

/// A matrix with as many columns as there are classes is a further layer of the head, wherever it stands.
Result<void> refuseFurtherLayers(const NamedTensors &rest, int classes, const KeyTranslation &translation,
                                 const std::string &subject)
{
    for (const auto &[name, tensor] : rest)
        if (const auto &shape = tensor.tensor.shape; shape.size() == 2 && shape[1] == classes &&
                                                     name.ends_with("weight") && !translation.isOfAnother(tensor.key))
            return fail(ErrorKind::Unsupported, subject,
                        inQuotes(tensor.key) + " of shape " + shapeText(shape) + " is a further layer behind one of " +
                            std::to_string(classes) + " outputs; ResLens runs heads of one linear layer");
    return {};
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
                                            const ModelOptions &options)
{
    auto inferred = inferArchitecture(tensors, checkpoint.path);
    const std::string claimed = architectureIn(checkpoint);
    const std::string &wanted = options.architecture.empty() ? claimed : options.architecture;
    if (wanted.empty() || (inferred && inferred->name == wanted))
        return inferred;
    auto named = nn::architectureNamed(wanted);
    if (!named)
        return fail(ErrorKind::InvalidInput, checkpoint.path,
                    "there is no architecture " + inQuotes(wanted) + "; known are " + listed(nn::knownArchitectures()));
    // Without a head or a stem no architecture fits, whatever its name.
    if (!inferred && inferred.error().kind == ErrorKind::Unsupported)
        return inferred;
    if (const auto head = tensors.find("fc.weight"); head != tensors.end() && !head->second.tensor.shape.empty())
        named->classes = int(std::clamp<std::int64_t>(head->second.tensor.shape[0], 1, 1'000'000));
    return *named;
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
    if (!variant.stride && isBottleneck && checkpoint.modules.empty() && name.find("caffe") != std::string::npos) {
        variant.stride = nn::StridePlace::Conv1;
        hint("caffe", "the stride is taken to be in the first convolution of a block, as Caffe's networks have it "
                      "(--variant stride=conv2)");
    }
    return variant;
}

Result<void> addDescription(nn::Model &model, const Checkpoint &checkpoint, const ModelOptions &options)
{
    const std::vector<std::string> labels = TRY(labelsIn(checkpoint));
    model.labels = options.labels.empty() ? labels : options.labels;
    const auto classes = std::size_t(model.network.architecture.classes);
    if (!model.labels.empty() && model.labels.size() != classes)
        return fail(ErrorKind::Mismatch, checkpoint.path,
                    std::to_string(model.labels.size()) + " labels are given, but the network has " +
                        std::to_string(classes) + " classes");
    model.preprocess = TRY(preprocessIn(checkpoint)).value_or(nn::Preprocess());
    return {};
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
    const KeyTranslation translation(checkpoint);
    NamedTensors tensors = TRY(translation.named(checkpoint));
    const nn::Architecture architecture = TRY(chooseArchitecture(tensors, checkpoint, options));
    nn::Model model;
    model.network = nn::buildNetwork(architecture);
    model.parameters = TRY(takeParameters(model.network, tensors, checkpoint, translation));
    checkpoint.notes.insert(checkpoint.notes.end(), translation.notes().begin(), translation.notes().end());
    TRY(refuseFurtherLayers(tensors, architecture.classes, translation, checkpoint.path));
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
    model.path = checkpoint.path;
    model.name = std::filesystem::path(checkpoint.path).stem().string();
    model.notes = std::move(checkpoint.notes);
    return model;
}

} // namespace reslens::weights
