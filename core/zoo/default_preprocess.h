// Which preprocessing a network gets, and whether anybody said so.
#pragma once

#include "error/error.h"
#include "nn/architecture.h"
#include "nn/model.h"

#include <string_view>

namespace reslens::zoo {

/// For weights whose file does not say: the publisher's when the file's name is a published one, else an assumption:
/// 32x32 for a CIFAR stem, the architecture's first published row or 256 and 224 for the others; ImageNet's mean and
/// deviation.
nn::Preprocess defaultPreprocess(const nn::Architecture &architecture, std::string_view fileName);

/// Refuses sizes outside [1, 4096], a crop below 8, and values that are not finite or deviations not above zero;
/// `subject` is the error's.
Result<void> checkPreprocess(const nn::Preprocess &preprocess, const std::string &subject);

} // namespace reslens::zoo
