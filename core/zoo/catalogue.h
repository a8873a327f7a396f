// The published ImageNet networks of torchvision, with their publisher's figures, and the preprocessing for any
// network. Source: torchvision 0.14.1, models/resnet.py.
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

/// The order of architectures in every list; V1 before V2.
std::span<const PublishedModel> publishedModels();

/// The published weights that a file's name contains, such as "resnet50-11ad3fa6".
std::optional<PublishedModel> publishedAs(std::string_view fileName);

/// The first (V1) weights published for an architecture.
std::optional<PublishedModel> firstPublished(std::string_view architecture);

/// The preprocessing for a file that does not state it. If the file's name is a published one, it is the publisher's.
/// Else it is assumed: 32x32 for a CIFAR stem, the architecture's first published row or 256 and 224 for the others,
/// with ImageNet's mean and deviation.
nn::Preprocess defaultPreprocess(const nn::Architecture &architecture, std::string_view fileName);

/// Refuses sizes outside [1, 4096], a crop below 8, values that are not finite and deviations that are not above zero.
/// `subject` is the subject of the error.
Result<void> checkPreprocess(const nn::Preprocess &preprocess, const std::string &subject);

} // namespace reslens::zoo
