#include "weights/folder_description.h"

#include "error/printable.h"
#include "weights/model_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace reslens::weights {

namespace {

using nlohmann::json;

constexpr int kMaxPixels = 4096;
constexpr const char *kConfig = "config.json", *kProcessor = "preprocessor_config.json";

/// The JSON object in a file; empty if there is none. A note tells of one that cannot be read.
std::optional<json> objectIn(const std::filesystem::path &folder, const char *name, std::vector<std::string> &notes)
{
    constexpr int kMaxLevels = 16;
    const auto text = smallFile(folder / name);
    if (!text) {
        if (text.error().kind != ErrorKind::NotFound)
            notes.push_back(std::string(name) + " is not used: " + text.error().problem);
        return std::nullopt;
    }
    bool isDeep = false;
    const auto keepShallow = [&isDeep](int depth, json::parse_event_t, json &) {
        isDeep = isDeep || depth > kMaxLevels;
        return !isDeep;
    };
    json object = json::parse(*text, keepShallow, false);
    if (!isDeep && object.is_object())
        return object;
    notes.push_back(std::string(name) + " is not used: it is no JSON object");
    return std::nullopt;
}

std::optional<double> number(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number())
        return std::nullopt;
    const double value = found->get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<int> pixelsIn(const json &value)
{
    if (!value.is_number())
        return std::nullopt;
    const double pixels = value.get<double>();
    return pixels >= 1 && pixels <= kMaxPixels ? std::optional(int(pixels)) : std::nullopt;
}

bool isOn(const json &object, const char *key, bool otherwise)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::string word(const json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// One number for each of three channels.
std::optional<std::array<float, 3>> triple(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->size() != 3)
        return std::nullopt;
    std::array<float, 3> values{};
    for (std::size_t c = 0; c < 3; ++c) {
        if (!(*found)[c].is_number() || !std::isfinite((*found)[c].get<double>()))
            return std::nullopt;
        values[c] = (*found)[c].get<float>();
    }
    return values;
}

struct Size {
    int width = 0, height = 0;
    bool isShortestEdge = true; // both are its pixels; false: both sides, whatever the picture's
};

/// 224, {"shortest_edge": 224} or {"height": 224, "width": 320}.
std::optional<Size> sizeIn(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end())
        return std::nullopt;
    if (const auto side = pixelsIn(*found))
        return Size{*side, *side, true};
    if (!found->is_object())
        return std::nullopt;
    if (const auto edge = found->find("shortest_edge"); edge != found->end())
        if (const auto side = pixelsIn(*edge))
            return Size{*side, *side, true};
    const auto height = found->find("height"), width = found->find("width");
    if (height == found->end() || width == found->end())
        return std::nullopt;
    const auto rows = pixelsIn(*height), columns = pixelsIn(*width);
    return rows && columns ? std::optional(Size{*columns, *rows, false}) : std::nullopt;
}

/// Sets what a name or one of Pillow's numbers says; a note tells of what is unknown. timm's "random" is either of two.
void setInterpolation(nn::Preprocess &how, const json &object, const char *key, std::vector<std::string> &notes)
{
    const auto found = object.find(key);
    if (found == object.end() || found->is_null() || word(object, key) == "random")
        return;
    const auto index = number(object, key);
    const auto known = index && *index >= 0 && *index < double(nn::interpolationNames().size())
                           ? std::optional(nn::Interpolation(int(*index)))
                           : nn::interpolationNamed(word(object, key));
    how.interpolation = known.value_or(how.interpolation);
    if (!known)
        notes.push_back(std::string(key) + " is " + inQuotes(found->dump()) +
                        ", which ResLens does not know; pictures are resized bilinearly");
}

/// Pixels p of 0 to 255 become (p·factor − mean) / std; other factors than 1/255 and 1 go into mean and deviation.
bool normalise(nn::Preprocess &how, const json &config)
{
    constexpr double kUsual = 1.0 / 255;
    const double factor = isOn(config, "do_rescale", true) ? number(config, "rescale_factor").value_or(kUsual) : 1.0;
    const bool hasMean = isOn(config, "do_normalize", true);
    const auto mean = hasMean ? triple(config, "image_mean") : std::array<float, 3>{0, 0, 0};
    const auto deviation = hasMean ? triple(config, "image_std") : std::array<float, 3>{1, 1, 1};
    if (!mean || !deviation || !(factor > 0))
        return false;
    how.range = factor == 1 ? 255 : 1;
    const bool isUsual = factor == 1 || std::abs(factor / kUsual - 1) < 1e-6;
    for (std::size_t c = 0; c < 3; ++c) {
        how.mean[c] = isUsual ? (*mean)[c] : float((*mean)[c] * kUsual / factor);
        how.deviation[c] = isUsual ? (*deviation)[c] : float((*deviation)[c] * kUsual / factor);
    }
    return std::ranges::all_of(how.deviation, [](float deviationOf) { return deviationOf > 0; });
}

} // namespace

std::optional<nn::Preprocess> transformersPreprocess(const json &config, std::vector<std::string> &notes)
{
    constexpr int kLeastSquashed = 384; // ConvNextImageProcessor, which ResNets use, squashes from here on
    constexpr double kConvNextCrop = 224.0 / 256;
    nn::Preprocess how;
    how.source = kProcessor;
    auto size = sizeIn(config, "size");
    const auto crop = sizeIn(config, "crop_size");
    const bool isCropped = crop && isOn(config, "do_center_crop", true);
    if (!size && crop)
        size = crop;
    if (!normalise(how, config) || !size)
        return std::nullopt;
    const std::string type = word(config, "image_processor_type") + word(config, "feature_extractor_type");
    const auto share = number(config, "crop_pct");
    const bool isConvNext = type.find("ConvNext") != std::string::npos || (type.empty() && !crop);
    const int side = std::min(size->width, size->height);
    how.resize = how.crop = side;
    if (!size->isShortestEdge)
        how.squash = {size->width, size->height};
    if (isCropped) {
        how.crop = std::min(crop->width, crop->height);
        how.resize = std::max(how.resize, how.crop);
        if (crop->width != crop->height)
            notes.push_back("pictures were cropped to " + std::to_string(crop->width) + " x " +
                            std::to_string(crop->height) +
                            " pixels in training; ResLens crops a square of the smaller");
    } else if (size->isShortestEdge && (share || isConvNext) && side < kLeastSquashed) {
        how.resize = int(side / std::clamp(share.value_or(kConvNextCrop), 0.05, 1.0));
    } else if (size->isShortestEdge) {
        how.squash = {side, side};
        if (!isConvNext)
            notes.push_back("pictures of any shape were whole in training, with a shorter side of " +
                            std::to_string(side) + " pixels; ResLens squashes them to a square");
    } else if (size->width != size->height) {
        notes.push_back("the network saw " + std::to_string(size->width) + " x " + std::to_string(size->height) +
                        " pixels in training; ResLens shows it the square in their centre");
    }
    if (!isOn(config, "do_resize", true))
        notes.push_back("pictures were not resized in training; ResLens resizes them to the network's input");
    setInterpolation(how, config, "resample", notes);
    return how;
}

std::optional<nn::Preprocess> timmPreprocess(const json &config, std::vector<std::string> &notes)
{
    const auto inner = config.find("pretrained_cfg");
    const json &given = inner != config.end() && inner->is_object() ? *inner : config;
    const auto size = given.find("input_size");
    const auto mean = triple(given, "mean"), deviation = triple(given, "std");
    if (size == given.end() || !size->is_array() || size->size() != 3 || !mean || !deviation)
        return std::nullopt;
    const auto side = pixelsIn((*size)[2]);
    if (!side || std::ranges::any_of(*deviation, [](float value) { return !(value > 0); }))
        return std::nullopt;
    nn::Preprocess how;
    how.source = kConfig;
    how.mean = *mean;
    how.deviation = *deviation;
    how.crop = *side;
    how.resize = int(*side / std::clamp(number(given, "crop_pct").value_or(0.875), 0.05, 1.0));
    if (word(given, "crop_mode") == "squash")
        how.squash = {how.resize, how.resize};
    setInterpolation(how, given, "interpolation", notes);
    return how;
}

Result<void> describeByFolder(Checkpoint &checkpoint, const std::filesystem::path &folder)
{
    if (const auto config = objectIn(folder, kConfig, checkpoint.notes)) {
        const auto names = classNamesIn(*config, std::string(kConfig) + ": ");
        checkpoint.classNames.insert(checkpoint.classNames.begin(), names.begin(), names.end());
        checkpoint.preprocess = timmPreprocess(*config, checkpoint.notes);
        const std::string activation = word(*config, "hidden_act");
        if (!activation.empty() && activation != "relu")
            return fail(ErrorKind::Unsupported, checkpoint.path,
                        "its activation is " + inQuotes(activation) +
                            " by config.json; ResLens runs networks whose "
                            "activation is ReLU");
        if (isOn(*config, "downsample_in_bottleneck", false)) {
            checkpoint.suggested.stride = nn::StridePlace::Conv1;
            checkpoint.notes.push_back("config.json says that a bottleneck has its stride in the first convolution");
        }
    }
    if (const auto processor = objectIn(folder, kProcessor, checkpoint.notes)) {
        if (auto how = transformersPreprocess(*processor, checkpoint.notes))
            checkpoint.preprocess = std::move(how);
        else
            checkpoint.notes.push_back(std::string(kProcessor) +
                                       " is not used: its size, mean or deviation is not as ResLens knows them");
    }
    return {};
}

} // namespace reslens::weights
