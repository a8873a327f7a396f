// What a person says of a model where its file is silent or wrong, and the words for it: the command line's options,
// the window's remembered settings, sessions and reports all use these.
#pragma once

#include "error/error.h"
#include "nn/preprocess.h"
#include "weights/model_from_checkpoint.h"

#include <map>
#include <optional>
#include <span>
#include <string>

namespace reslens::zoo {

constexpr int kLargestSide = 4096; // limit of a resized or cropped picture: 192 MiB of input

/// What is set replaces the model's own preprocessing. With a range of 255 the mean is 0 and the deviation 1, unless
/// they are set. A squash without a crop shows the network the whole picture.
struct PreprocessChanges {
    std::optional<int> resize, crop, range;
    std::optional<std::array<int, 2>> squash; // instead of `resize`
    std::optional<nn::Interpolation> interpolation;
    std::optional<nn::ChannelOrder> order;
    std::optional<std::array<float, 3>> mean, deviation;
    bool operator==(const PreprocessChanges &) const = default;
};

struct ModelSettings {
    weights::ModelOptions options;
    PreprocessChanges preprocess;
    bool operator==(const ModelSettings &) const = default;
    bool isEmpty() const { return *this == ModelSettings(); }
};

/// Settings by their keys, as text: {"variant": "pool=none", "mean": "0.5,0.5,0.5"}.
using SettingWords = std::map<std::string, std::string, std::less<>>;

/// One setting that has words.
struct Setting {
    const char *key;     // "variant": the command line's option is --variant
    const char *value;   // what stands behind it in a help text: "KEY=VALUE,…"
    const char *meaning; // a sentence
    bool isPreprocess;   // else it is about the network
    Result<void> (*read)(const std::string &text, ModelSettings &settings); // InvalidInput: the text is wrong
    std::string (*write)(const ModelSettings &settings);                    // empty if it is not set
};
/// Every setting; only this table lists them.
std::span<const Setting> settings();

/// Errors: InvalidInput names the option and the text that is wrong.
Result<ModelSettings> settingsFrom(const SettingWords &words);
/// The inverse. Of class names from a file only its path has words.
SettingWords wordsOf(const ModelSettings &settings);
/// As on the command line: "--variant pool=none --mean 0.5,0.5,0.5". Class names without a file have no option there.
std::string commandLineOf(const ModelSettings &settings);

/// `theirs` with the changes, from the source `source` if anything differs. InvalidInput: means of 0 to 255 where
/// pixels are 0 to 1, or values out of range.
Result<nn::Preprocess> changed(const nn::Preprocess &theirs, const PreprocessChanges &changes,
                               const std::string &source);

/// The fewest changes that make `wanted` of `theirs`, but for the source.
PreprocessChanges changesBetween(const nn::Preprocess &theirs, const nn::Preprocess &wanted);

/// A usual way to make numbers of pixels.
struct Normalisation {
    const char *name;
    int range;
    nn::ChannelOrder order;
    std::array<float, 3> mean, deviation;
};
std::span<const Normalisation> normalisations();

} // namespace reslens::zoo
