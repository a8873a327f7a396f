// --scale BLOCK:ALPHA:BETA: how strongly a block's skip and branch count.
#pragma once

#include "cli/arguments.h"
#include "nn/executor.h"

namespace reslens::cli {

void addScaleOption(Arguments &arguments);

/// What is wrong whatever the network; the error is a usage error.
Result<void> checkScaleOption(const Arguments &arguments);

/// One scale per block, or none where the option was not given; a later one of the same block counts. Errors:
/// ErrorKind::NotFound (no such block), Unsupported (a plain network). Call after checkScaleOption().
Result<std::vector<nn::BlockScale>> scalesOf(const Arguments &arguments, const nn::Network &network);

} // namespace reslens::cli
