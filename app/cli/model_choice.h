// The options that choose the network and the device.
#pragma once

#include "cli/arguments.h"
#include "session/executor_choice.h"
#include "zoo/model_settings.h"

#include <memory>

namespace reslens::cli {

/// Adds what tensors cannot say, class names, and the choice of a file's network: --variant, --labels, --weights, …
void addCheckpointOptions(Arguments &arguments);
/// Adds --resize, --crop, --mean, --std and the others of zoo::settings().
void addPreprocessOptions(Arguments &arguments);
/// Adds --model and addCheckpointOptions(). Without --model the first embedded network is used.
void addModelOptions(Arguments &arguments);

/// The settings of number `model` of `models`. An option that is given once is for all of them, an empty one for none.
/// Errors are usage errors.
Result<zoo::ModelSettings> settingsOf(const Arguments &arguments, qsizetype model = 0, qsizetype models = 1);

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
