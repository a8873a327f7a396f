// The options that choose the network and the device.
#pragma once

#include "cli/arguments.h"
#include "session/executor_choice.h"

#include <memory>

namespace reslens::cli {

/// Adds --arch and --labels.
void addCheckpointOptions(Arguments &arguments);
/// Adds --model, --arch and --labels. Without --model the first embedded network is used.
void addModelOptions(Arguments &arguments);

/// Prints notes about the file, unless --quiet.
Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments);
/// Opens a model that is not named by --model.
Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments, const QString &nameOrPath);

/// --device, --half and --quiet.
session::DeviceRequest deviceRequest(const Arguments &arguments);
/// Opens the device of --device, or the best one.
Result<std::unique_ptr<nn::Executor>> openExecutor(const Arguments &arguments, std::shared_ptr<const nn::Model> model);

/// Notes what `executor` did differently because memory was short, unless --quiet.
void noteEconomies(const Arguments &arguments, const nn::Executor &executor);

/// Opens the CPU reference, whatever --device says.
Result<std::unique_ptr<nn::Executor>> openReference(std::shared_ptr<const nn::Model> model);

} // namespace reslens::cli
