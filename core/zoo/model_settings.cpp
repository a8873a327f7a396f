#include "zoo/model_settings.h"

#include "error/printable.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace reslens::zoo {

namespace {

using Words = std::string; // the value of a setting, as text

tl::unexpected<Error> wrong(const char *key, const std::string &expected, const Words &text)
{
    return fail(ErrorKind::InvalidInput, {},
                "--" + std::string(key) + " needs " + expected + ", not " + inQuotes(text));
}

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(std::min(text.size(), end + 1))) {
        end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
    }
    return parts;
}

template <typename Number>
std::optional<Number> numberIn(const std::string &text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<int> sideIn(const std::string &text)
{
    const auto side = numberIn<int>(text);
    return side && *side >= 1 && *side <= kLargestSide ? side : std::nullopt;
}

/// Three numbers, "0.485,0.456,0.406", or one for all channels.
Result<std::array<float, 3>> perChannel(const char *key, const Words &text)
{
    const std::vector<std::string> parts = split(text, ',');
    std::array<float, 3> values{};
    bool isRight = parts.size() == 3 || parts.size() == 1;
    for (std::size_t c = 0; isRight && c < 3; ++c) {
        const auto value = numberIn<float>(parts[parts.size() == 1 ? 0 : c]);
        isRight = value && std::isfinite(*value);
        values[c] = value.value_or(0);
    }
    if (!isRight)
        return wrong(key, "one number or three with commas between", text);
    return values;
}

/// The shortest text that gives the same float again.
std::string textOf(float value)
{
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), end};
}

std::string textOf(const std::optional<std::array<float, 3>> &values)
{
    if (!values)
        return {};
    const auto &[a, b, c] = *values;
    return a == b && b == c ? textOf(a) : textOf(a) + "," + textOf(b) + "," + textOf(c);
}

std::string textOf(const std::optional<int> &value)
{
    return value ? std::to_string(*value) : std::string();
}

std::string joined(std::span<const char *const> names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
    return text;
}

Result<void> readActivation(const Words &text, ModelSettings &settings)
{
    settings.options.activation = nn::activationNamed(text);
    if (!settings.options.activation)
        return wrong("activation", "softmax, sigmoid or none", text);
    return {};
}

Result<void> readResize(const Words &text, ModelSettings &settings)
{
    const std::vector<std::string> sides = split(text, 'x');
    const auto first = sideIn(sides[0]), second = sides.size() == 2 ? sideIn(sides[1]) : first;
    if (!first || !second || sides.size() > 2)
        return wrong(
            "resize",
            "the shorter side's pixels, or both sides' as in 224x224, from 1 to " + std::to_string(kLargestSide), text);
    settings.preprocess.resize.reset();
    settings.preprocess.squash.reset();
    if (sides.size() == 2)
        settings.preprocess.squash = {*first, *second};
    else
        settings.preprocess.resize = first;
    return {};
}

Words writeResize(const ModelSettings &settings)
{
    const auto &squash = settings.preprocess.squash;
    return squash ? std::to_string((*squash)[0]) + "x" + std::to_string((*squash)[1])
                  : textOf(settings.preprocess.resize);
}

Result<void> readCrop(const Words &text, ModelSettings &settings)
{
    settings.preprocess.crop = sideIn(text);
    if (!settings.preprocess.crop)
        return wrong("crop", "a whole number from 1 to " + std::to_string(kLargestSide), text);
    return {};
}

Result<void> readInterpolation(const Words &text, ModelSettings &settings)
{
    settings.preprocess.interpolation = nn::interpolationNamed(text);
    if (!settings.preprocess.interpolation)
        return wrong("interpolation", joined(nn::interpolationNames()), text);
    return {};
}

Result<void> readOrder(const Words &text, ModelSettings &settings)
{
    settings.preprocess.order = nn::orderNamed(text);
    if (!settings.preprocess.order)
        return wrong("order", joined(nn::orderNames()), text);
    return {};
}

Result<void> readRange(const Words &text, ModelSettings &settings)
{
    if (text != "1" && text != "255")
        return wrong("range", "1 or 255", text);
    settings.preprocess.range = text == "1" ? 1 : 255;
    return {};
}

Result<void> readDeviation(const Words &text, ModelSettings &settings)
{
    const auto values = TRY(perChannel("std", text));
    if (!std::ranges::all_of(values, [](float value) { return value > 0; }))
        return fail(ErrorKind::InvalidInput, {}, "--std must be greater than 0");
    settings.preprocess.deviation = values;
    return {};
}

constexpr Setting kSettings[] = {
    {"arch", "NAME", "The checkpoint's architecture, instead of inferring it: resnet50, resnet20, …", false,
     [](const Words &text, ModelSettings &to) -> Result<void> {
         to.options.architecture = text;
         return {};
     },
     [](const ModelSettings &of) { return of.options.architecture; }},
    {"variant", "KEY=VALUE,…",
     "What the checkpoint's tensors cannot say: pool=max|none, stride=conv1|conv2, dilate=STAGES, eps=NUMBER, "
     "activation=relu|silu|leaky, blur=on|off; for example pool=none,dilate=3,4",
     false,
     [](const Words &text, ModelSettings &to) -> Result<void> {
         to.options.variant = TRY(nn::variantFrom(text));
         return {};
     },
     [](const ModelSettings &of) { return nn::textOf(of.options.variant); }},
    {"activation", "NAME",
     "What makes probabilities of the outputs: softmax, sigmoid (each class by itself) or none; without it sigmoid for "
     "a single output, else softmax.",
     false, readActivation,
     [](const ModelSettings &of) -> Words {
         return of.options.activation ? nn::wordsOf(*of.options.activation).id : "";
     }},
    {"weights", "PATH.IN.FILE", "Which network of a file that holds several: state_dict_ema, module.encoder_k, …",
     false,
     [](const Words &text, ModelSettings &to) -> Result<void> {
         to.options.network = text;
         return {};
     },
     [](const ModelSettings &of) { return of.options.network; }},
    {"labels", "FILE", "A file of class names: one a line, CSV or JSON.", false,
     [](const Words &text, ModelSettings &to) -> Result<void> {
         to.options.labelsFile = text;
         return {};
     },
     [](const ModelSettings &of) { return of.options.labelsFile; }},
    {"resize", "N|WxH", "Scale the picture's shorter side to N pixels, or the whole picture to W x H.", true,
     readResize, writeResize},
    {"interpolation", "NAME", "How pictures are scaled: bilinear, bicubic, nearest, lanczos, box or hamming.", true,
     readInterpolation,
     [](const ModelSettings &of) -> Words {
         return of.preprocess.interpolation ? nn::nameOf(*of.preprocess.interpolation) : "";
     }},
    {"crop", "PIXELS", "Then cut this square from its centre.", true, readCrop,
     [](const ModelSettings &of) { return textOf(of.preprocess.crop); }},
    {"order", "rgb|bgr", "The order of the network's input channels.", true, readOrder,
     [](const ModelSettings &of) -> Words { return of.preprocess.order ? nn::nameOf(*of.preprocess.order) : ""; }},
    {"range", "1|255", "Pixels are from 0 to this; with 255 the mean is 0 and the deviation 1 unless they are given.",
     true, readRange, [](const ModelSettings &of) { return textOf(of.preprocess.range); }},
    {"mean", "A,B,C", "Then subtract this from each channel, in the network's order and in units of the range.", true,
     [](const Words &text, ModelSettings &to) -> Result<void> {
         to.preprocess.mean = TRY(perChannel("mean", text));
         return {};
     },
     [](const ModelSettings &of) { return textOf(of.preprocess.mean); }},
    {"std", "A,B,C", "Then divide each channel by this.", true, readDeviation,
     [](const ModelSettings &of) { return textOf(of.preprocess.deviation); }},
};

// The means and deviations of the training pictures, as the networks' publishers use them.
constexpr Normalisation kNormalisations[] = {
    {"ImageNet (torchvision)", 1, nn::ChannelOrder::Rgb, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}},
    {"CIFAR-10", 1, nn::ChannelOrder::Rgb, {0.4914f, 0.4822f, 0.4465f}, {0.2470f, 0.2435f, 0.2616f}},
    {"-1 to 1", 1, nn::ChannelOrder::Rgb, {0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}},
    {"0 to 1", 1, nn::ChannelOrder::Rgb, {0, 0, 0}, {1, 1, 1}},
    {"0 to 255", 255, nn::ChannelOrder::Rgb, {0, 0, 0}, {1, 1, 1}},
    {"Caffe: BGR, 0 to 255 less the mean", 255, nn::ChannelOrder::Bgr, {103.939f, 116.779f, 123.68f}, {1, 1, 1}},
};

bool isPlainWord(const std::string &text)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
    return !text.empty() && text.find_first_not_of(kPlain) == std::string::npos;
}

/// `text` as one word for a POSIX shell.
std::string quoted(const std::string &text)
{
    if (isPlainWord(text))
        return text;
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? "'\\''" : std::string(1, c);
    return word + "'";
}

/// Means of 0 to 255 are the commonest slip: every pixel would be far below zero.
Result<void> checkScale(const nn::Preprocess &how)
{
    constexpr float kLargestMean = 2; // of pixels from 0 to 1; published ones are below 1
    if (how.range != 1 || std::ranges::all_of(how.mean, [](float mean) { return mean <= kLargestMean; }))
        return {};
    const auto divided = [](std::array<float, 3> values) {
        for (float &value : values)
            value = std::round(value / 255 * 1e6f) / 1e6f;
        return textOf(std::optional(values));
    };
    return fail(ErrorKind::InvalidInput, {},
                "--mean " + textOf(std::optional(how.mean)) +
                    " is of pixels from 0 to 255, but they are from 0 to 1 here: add --range 255, or divide by 255: "
                    "--mean " +
                    divided(how.mean) +
                    (std::ranges::all_of(how.deviation, [](float value) { return value > 1; })
                         ? " --std " + divided(how.deviation)
                         : ""));
}

} // namespace

std::span<const Setting> settings()
{
    return kSettings;
}

Result<ModelSettings> settingsFrom(const SettingWords &words)
{
    ModelSettings result;
    for (const auto &[key, text] : words) {
        const auto found =
            std::ranges::find(kSettings, key, [](const Setting &setting) { return std::string(setting.key); });
        if (found == std::end(kSettings))
            return fail(ErrorKind::InvalidInput, {}, "there is no setting " + inQuotes(key));
        TRY(found->read(text, result));
    }
    return result;
}

SettingWords wordsOf(const ModelSettings &of)
{
    SettingWords words;
    for (const Setting &setting : kSettings)
        if (std::string text = setting.write(of); !text.empty())
            words.emplace(setting.key, std::move(text));
    return words;
}

std::string commandLineOf(const ModelSettings &of)
{
    std::string line;
    for (const Setting &setting : kSettings)
        if (const std::string text = setting.write(of); !text.empty())
            line += (line.empty() ? "--" : " --") + std::string(setting.key) + " " + quoted(text);
    return line;
}

std::span<const Normalisation> normalisations()
{
    return kNormalisations;
}

PreprocessChanges changesBetween(const nn::Preprocess &theirs, const nn::Preprocess &wanted)
{
    PreprocessChanges changes;
    nn::Preprocess base = theirs; // as changed() has it, step by step
    if (wanted.isSquashed() && wanted.squash != theirs.squash) {
        changes.squash = wanted.squash;
        base.crop = std::min(wanted.squash[0], wanted.squash[1]);
    } else if (!wanted.isSquashed() && (theirs.isSquashed() || wanted.resize != theirs.resize)) {
        changes.resize = wanted.resize;
    }
    if (wanted.range != theirs.range) {
        changes.range = wanted.range;
        base.mean = {0, 0, 0};
        base.deviation = {1, 1, 1};
    }
    const auto note = [](auto &change, const auto &from, const auto &to) {
        if (from != to)
            change = to;
    };
    note(changes.crop, base.crop, wanted.crop);
    note(changes.interpolation, base.interpolation, wanted.interpolation);
    note(changes.order, base.order, wanted.order);
    note(changes.mean, base.mean, wanted.mean);
    note(changes.deviation, base.deviation, wanted.deviation);
    return changes;
}

Result<nn::Preprocess> changed(const nn::Preprocess &theirs, const PreprocessChanges &changes,
                               const std::string &source)
{
    nn::Preprocess how = theirs;
    if (changes.resize || changes.squash) {
        how.resize = changes.resize.value_or(how.resize);
        how.squash = changes.squash.value_or(std::array{0, 0});
        if (changes.squash)
            how.crop = std::min(how.squash[0], how.squash[1]);
    }
    how.crop = changes.crop.value_or(how.crop);
    how.interpolation = changes.interpolation.value_or(how.interpolation);
    how.order = changes.order.value_or(how.order);
    if (changes.range && *changes.range != how.range) {
        how.range = *changes.range;
        how.mean = {0, 0, 0};
        how.deviation = {1, 1, 1};
    }
    how.mean = changes.mean.value_or(how.mean);
    how.deviation = changes.deviation.value_or(how.deviation);
    TRY(checkScale(how));
    if (how != theirs) {
        how.isAssumed = false;
        how.source = source;
    }
    return how;
}

} // namespace reslens::zoo
