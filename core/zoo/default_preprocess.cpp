#include "zoo/default_preprocess.h"

#include "zoo/catalogue.h"

#include <algorithm>
#include <cmath>

namespace reslens::zoo {

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
