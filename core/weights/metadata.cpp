#include "weights/metadata.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace reslens::weights {

namespace {

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

} // namespace

std::string architectureIn(const Checkpoint &checkpoint)
{
    const std::string *name = value(checkpoint, "reslens.architecture");
    return name ? *name : std::string();
}

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

} // namespace reslens::weights
