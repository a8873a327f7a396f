// The options that say which network runs, and on what.
#pragma once

#include "cli/arguments.h"
#include "session/executor_choice.h"

#include <memory>

namespace reslens::cli {

/// --arch and --labels.
void addCheckpointOptions(Arguments &arguments);
/// --model and those. Without --model: the first embedded network.
void addModelOptions(Arguments &arguments);

/// Says what a person should know about the file as notes, unless --quiet.
Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments);
/// The same for a model named in another way than by --model.
Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments, const QString &nameOrPath);

/// --device, --half and --quiet.
session::DeviceRequest deviceRequest(const Arguments &arguments);
/// The device of --device, or the best one.
Result<std::unique_ptr<nn::Executor>> openExecutor(const Arguments &arguments, std::shared_ptr<const nn::Model> model);

/// Says what `executor` did differently because memory was short, unless --quiet.
void noteEconomies(const Arguments &arguments, const nn::Executor &executor);

/// The CPU reference, whatever --device says.
Result<std::unique_ptr<nn::Executor>> openReference(std::shared_ptr<const nn::Model> model);

} // namespace reslens::cli
