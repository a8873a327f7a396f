#include "weights/model_from_checkpoint.h"

#include "nn/resnet.h"
#include "weights/architecture_inference.h"
#include "weights/key_names.h"
#include "weights/metadata.h"
#include "weights/quotes.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace reslens::weights {

namespace {

/// A tensor that the network needs and the file has not, or only as something inert.
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

/// What is there must fit, which says more about a wrong file than the first tensor that is not there.
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

/// Moves every parameter of `network` out of `tensors`, which keeps what is left over.
Result<nn::Parameters> takeParameters(const nn::Network &network, NamedTensors &tensors, const Checkpoint &checkpoint,
                                      const KeyTranslation &translation)
{
    const std::vector<nn::ParameterSpec> specs = nn::parametersOf(network);
    for (const nn::ParameterSpec &spec : specs)
        if (const auto fits = checkPresent(spec, tensors, network.architecture, checkpoint.path); !fits)
            return tl::unexpected(fits.error());
    nn::Parameters parameters;
    for (const nn::ParameterSpec &spec : specs) {
        auto found = tensors.extract(spec.name);
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

/// Whatever looks like part of the network must be used by it; the rest is told.
Result<void> accountForRest(const NamedTensors &rest, const nn::Architecture &architecture, Checkpoint &checkpoint)
{
    constexpr std::size_t kMaxNotes = 8;
    std::size_t unused = 0;
    for (const auto &[name, tensor] : rest) {
        if (name.ends_with("num_batches_tracked"))
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

/// The architecture that the person, or else the metadata, or else the tensors name.
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
    // Without a head (or a stem) no architecture fits, whatever its name.
    if (!inferred && inferred.error().kind == ErrorKind::Unsupported)
        return inferred;
    if (const auto head = tensors.find("fc.weight"); head != tensors.end() && !head->second.tensor.shape.empty())
        named->classes = int(std::clamp<std::int64_t>(head->second.tensor.shape[0], 1, 1'000'000));
    return *named;
}

Result<void> addDescription(nn::Model &model, const Checkpoint &checkpoint, const ModelOptions &options)
{
    auto labels = labelsIn(checkpoint);
    if (!labels)
        return tl::unexpected(labels.error());
    model.labels = options.labels.empty() ? std::move(*labels) : options.labels;
    const auto classes = std::size_t(model.network.architecture.classes);
    if (!model.labels.empty() && model.labels.size() != classes)
        return fail(ErrorKind::Mismatch, checkpoint.path,
                    std::to_string(model.labels.size()) + " labels are given, but the network has " +
                        std::to_string(classes) + " classes");
    const auto preprocess = preprocessIn(checkpoint);
    if (!preprocess)
        return tl::unexpected(preprocess.error());
    model.preprocess = preprocess->value_or(nn::Preprocess());
    return {};
}

} // namespace

Result<nn::Model> makeModel(Checkpoint checkpoint, const ModelOptions &options)
{
    const KeyTranslation translation(checkpoint);
    auto tensors = translation.named(checkpoint);
    if (!tensors)
        return tl::unexpected(tensors.error());
    const auto architecture = chooseArchitecture(*tensors, checkpoint, options);
    if (!architecture)
        return tl::unexpected(architecture.error());
    nn::Model model;
    model.network = nn::buildNetwork(*architecture);
    auto parameters = takeParameters(model.network, *tensors, checkpoint, translation);
    if (!parameters)
        return tl::unexpected(parameters.error());
    if (const auto accounted = accountForRest(*tensors, *architecture, checkpoint); !accounted)
        return tl::unexpected(accounted.error());
    if (const auto described = addDescription(model, checkpoint, options); !described)
        return tl::unexpected(described.error());
    const bool isDouble = std::any_of(parameters->begin(), parameters->end(),
                                      [](const auto &named) { return named.second.dtype == DType::F64; });
    if (isDouble)
        checkpoint.notes.push_back("64-bit weights are rounded to 32 bits");
    model.parameters = std::move(*parameters);
    model.path = checkpoint.path;
    model.name = std::filesystem::path(checkpoint.path).stem().string();
    model.notes = std::move(checkpoint.notes);
    return model;
}

} // namespace reslens::weights
