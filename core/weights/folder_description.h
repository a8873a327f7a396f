// What the files next to a model's weights say: names of classes, how pictures are prepared, and details of the
// network.
#pragma once

#include "weights/checkpoint.h"

#include <filesystem>

namespace reslens::weights {

/// Takes it from config.json (transformers' or timm's) and preprocessor_config.json. A file that is missing, or that
/// cannot be understood, leaves things as they are; notes tell of the latter, and of wishes that ResLens does not
/// fulfil. Error: Unsupported (an activation that ResLens does not run).
Result<void> describeByFolder(Checkpoint &checkpoint, const std::filesystem::path &folder);

/// Preprocessing as transformers' image processors write it.
std::optional<nn::Preprocess> transformersPreprocess(const nlohmann::json &config, std::vector<std::string> &notes);
/// Preprocessing as timm writes it: input_size, crop_pct, mean, std.
std::optional<nn::Preprocess> timmPreprocess(const nlohmann::json &config, std::vector<std::string> &notes);

} // namespace reslens::weights
