// A model by its embedded name or a checkpoint's path, ready to use: with class names and preprocessing.
#pragma once

#include "error/error.h"
#include "nn/model.h"
#include "zoo/model_settings.h"

#include <memory>
#include <string>

namespace reslens::zoo {

/// An embedded name comes before a file of the same name in the current folder ("./name" is always a file). The model's
/// names of classes and of the file are printable. If the file does not say, 1000 classes get ImageNet's names, other
/// counts get numbers, and the preprocessing comes from catalogue.h. `settings` come before all of these; their source
/// is `source`. NotFound lists the known models. All other errors come from the readers and the settings.
Result<std::shared_ptr<const nn::Model>> openModel(const std::string &nameOrPath, const ModelSettings &settings = {},
                                                   const std::string &source = "command line");

/// The names in `candidates` that are close to `name`, nearest first: the names that a person may have meant.
std::vector<std::string> suggestions(const std::string &name, const std::vector<std::string> &candidates);

} // namespace reslens::zoo
