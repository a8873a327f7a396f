// --scale BLOCK:ALPHA:BETA: how strongly a block's skip and branch count.
#pragma once

#include "cli/arguments.h"
#include "nn/executor.h"

namespace reslens::cli {

void addScaleOption(Arguments &arguments);

/// Checks the option whatever the network. The error is a usage error.
Result<void> checkScaleOption(const Arguments &arguments);

/// Returns one scale per block, or none without the option. If a block is named twice, the later one counts. Errors:
/// ErrorKind::NotFound (no such block), Unsupported (a plain network). Call after checkScaleOption().
Result<std::vector<nn::BlockScale>> scalesOf(const Arguments &arguments, const nn::Network &network);

} // namespace reslens::cli
