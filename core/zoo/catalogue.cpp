#include "zoo/catalogue.h"

#include <algorithm>
#include <cmath>

namespace reslens::zoo {

namespace {

constexpr std::string_view kV1 = "IMAGENET1K_V1", kV2 = "IMAGENET1K_V2";

// clang-format off
constexpr PublishedModel kPublished[] = {
    {"resnet18",         kV1, 69.758, 89.078,  11689512,  1.814, 256, "f37072fd"},
    {"resnet34",         kV1, 73.314, 91.42,   21797672,  3.664, 256, "b627a593"},
    {"resnet50",         kV1, 76.13,  92.862,  25557032,  4.089, 256, "0676ba61"},
    {"resnet50",         kV2, 80.858, 95.434,  25557032,  4.089, 232, "11ad3fa6"},
    {"resnet101",        kV1, 77.374, 93.546,  44549160,  7.801, 256, "63fe2227"},
    {"resnet101",        kV2, 81.886, 95.78,   44549160,  7.801, 232, "cd907fc2"},
    {"resnet152",        kV1, 78.312, 94.046,  60192808, 11.514, 256, "394f9c45"},
    {"resnet152",        kV2, 82.284, 96.002,  60192808, 11.514, 232, "f82ba261"},
    {"resnext50_32x4d",  kV1, 77.618, 93.698,  25028904,  4.230, 256, "7cdf4587"},
    {"resnext50_32x4d",  kV2, 81.198, 95.34,   25028904,  4.230, 232, "1a0047aa"},
    {"resnext101_32x8d", kV1, 79.312, 94.526,  88791336, 16.414, 256, "8ba56ff5"},
    {"resnext101_32x8d", kV2, 82.834, 96.228,  88791336, 16.414, 232, "110c445d"},
    {"resnext101_64x4d", kV1, 83.246, 96.454,  83455272, 15.460, 232, "173b62eb"},
    {"wide_resnet50_2",  kV1, 78.468, 94.086,  68883240, 11.398, 256, "95faca4d"},
    {"wide_resnet50_2",  kV2, 81.602, 95.758,  68883240, 11.398, 232, "9ba9bcbe"},
    {"wide_resnet101_2", kV1, 78.848, 94.284, 126886696, 22.753, 256, "32ee1156"},
    {"wide_resnet101_2", kV2, 82.51,  96.02,  126886696, 22.753, 232, "d733dc28"},
};
// clang-format on

template <typename Predicate>
std::optional<PublishedModel> firstWhere(Predicate isWanted)
{
    const auto found = std::find_if(std::begin(kPublished), std::end(kPublished), isWanted);
    return found == std::end(kPublished) ? std::nullopt : std::optional(*found);
}

std::string stem(const PublishedModel &model)
{
    return std::string(model.architecture) + "-" + std::string(model.hash);
}

} // namespace

std::string PublishedModel::fileName() const
{
    return stem(*this) + ".pth";
}

std::span<const PublishedModel> publishedModels()
{
    return kPublished;
}

std::optional<PublishedModel> publishedAs(std::string_view fileName)
{
    // The eight digits make a match by chance impossible, whatever text a person put around them.
    return firstWhere([&](const PublishedModel &m) { return fileName.find(stem(m)) != std::string_view::npos; });
}

std::optional<PublishedModel> firstPublished(std::string_view architecture)
{
    return firstWhere([&](const PublishedModel &m) { return m.architecture == architecture; });
}

nn::Preprocess defaultPreprocess(const nn::Architecture &architecture, std::string_view fileName)
{
    nn::Preprocess result; // ImageNet's numbers
    const auto published = publishedAs(fileName);
    if (published && published->architecture == architecture.name) {
        result.resize = published->resize;
        result.source = "torchvision " + std::string(published->weights);
        return result;
    }
    result.isAssumed = true;
    result.source = "assumed: ImageNet";
    if (architecture.stem == nn::StemKind::Cifar) {
        result.resize = result.crop = 32;
        result.source = "assumed: 32x32, ImageNet's mean and deviation";
    } else if (const auto first = firstPublished(architecture.name)) {
        result.resize = first->resize;
    }
    return result;
}

Result<void> checkPreprocess(const nn::Preprocess &preprocess, const std::string &subject)
{
    constexpr int kMinCrop = 8, kMaxSize = 4096;
    if (preprocess.resize < 1 || preprocess.resize > kMaxSize)
        return fail(ErrorKind::InvalidInput, subject,
                    "resize is " + std::to_string(preprocess.resize) + ", expected 1 to " + std::to_string(kMaxSize));
    if (preprocess.crop < kMinCrop || preprocess.crop > kMaxSize)
        return fail(ErrorKind::InvalidInput, subject,
                    "crop is " + std::to_string(preprocess.crop) + ", expected " + std::to_string(kMinCrop) + " to " +
                        std::to_string(kMaxSize));
    if (!std::ranges::all_of(preprocess.mean, [](float mean) { return std::isfinite(mean); }))
        return fail(ErrorKind::InvalidInput, subject, "the mean of a channel is not a number");
    if (!std::ranges::all_of(preprocess.deviation, [](float d) { return std::isfinite(d) && d > 0; }))
        return fail(ErrorKind::InvalidInput, subject, "the deviation of a channel is not above zero");
    return {};
}

} // namespace reslens::zoo
