// The published ImageNet networks of torchvision, with what their publisher says about each, and the preprocessing that
// a network gets. Source: torchvision 0.14.1, models/resnet.py.
#pragma once

#include "error/error.h"
#include "nn/architecture.h"
#include "nn/model.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reslens::zoo {

/// One set of weights. All crop 224 and use ImageNet's mean and deviation.
struct PublishedModel {
    std::string_view architecture; // resnet50
    std::string_view weights;      // IMAGENET1K_V2
    double top1, top5;             // accuracy on ImageNet's validation set, in percent
    long parameters;
    double gmacs;          // 10^9 multiply-adds at 1x3x224x224
    int resize;            // of the shorter side
    std::string_view hash; // the first 8 hex digits of the file's SHA-256

    /// "resnet50-11ad3fa6.pth", under https://download.pytorch.org/models/
    std::string fileName() const;
};

/// In the order architectures are listed everywhere; V1 before V2.
std::span<const PublishedModel> publishedModels();

/// The weights that a file calls itself: its name contains "resnet50-11ad3fa6".
std::optional<PublishedModel> publishedAs(std::string_view fileName);

/// The first (V1) weights published for an architecture.
std::optional<PublishedModel> firstPublished(std::string_view architecture);

/// For weights whose file does not say: the publisher's when the file's name is a published one, else an assumption:
/// 32x32 for a CIFAR stem, the architecture's first published row or 256 and 224 for the others; ImageNet's mean and
/// deviation.
nn::Preprocess defaultPreprocess(const nn::Architecture &architecture, std::string_view fileName);

/// Refuses sizes outside [1, 4096], a crop below 8, and values that are not finite or deviations not above zero;
/// `subject` is the error's.
Result<void> checkPreprocess(const nn::Preprocess &preprocess, const std::string &subject);

} // namespace reslens::zoo
