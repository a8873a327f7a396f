// The options that choose what is differentiated: --target, --objective and --against.
#pragma once

#include "cli/arguments.h"
#include "nn/model.h"
#include "nn/objective.h"

namespace reslens::cli {

/// Adds --target alone.
void addTargetOption(Arguments &arguments);
/// Adds all three.
void addObjectiveOptions(Arguments &arguments);

/// Rejects, whatever the network, an unknown --objective, diff without --against, and --against without diff. The
/// error is a usage error.
Result<void> checkObjectiveOptions(const Arguments &arguments);

/// Returns the class of --target, or -1 without it. ErrorKind::NotFound: the network has no such class, or several.
Result<int> targetOf(const Arguments &arguments, const nn::Model &model);
/// Errors: as targetOf(), nn::check(). Call after checkObjectiveOptions().
Result<nn::Objective> objectiveOf(const Arguments &arguments, const nn::Model &model);

/// Returns the class with this index or, failing that, this label. Case does not matter.
Result<int> classNamed(const QString &text, const nn::Model &model);

} // namespace reslens::cli
