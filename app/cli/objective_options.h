// The options that say what is differentiated: --target, --objective and --against.
#pragma once

#include "cli/arguments.h"
#include "nn/model.h"
#include "nn/objective.h"

namespace reslens::cli {

/// --target alone.
void addTargetOption(Arguments &arguments);
/// All three.
void addObjectiveOptions(Arguments &arguments);

/// What is wrong whatever the network: an unknown --objective, diff without --against, --against without diff. The
/// error is a usage error.
Result<void> checkObjectiveOptions(const Arguments &arguments);

/// The class of --target; -1 without it. ErrorKind::NotFound: the network has no such class, or several of that name.
Result<int> targetOf(const Arguments &arguments, const nn::Model &model);
/// Errors: as targetOf(), nn::check(). Call after checkObjectiveOptions().
Result<nn::Objective> objectiveOf(const Arguments &arguments, const nn::Model &model);

/// The class with this index or, failing that, this label; upper and lower case count as the same.
Result<int> classNamed(const QString &text, const nn::Model &model);

} // namespace reslens::cli
