// What reslens-cli bench finds out, as JSON and as text for people.
#pragma once

#include "cli/report.h"
#include "nn/executor.h"

namespace reslens::cli {

struct BenchOptions {
    int runs;
    bool hasBackward;
};

/// Measures; docs/cli.md says what is in it.
Result<Json> benchReport(nn::Executor &executor, const Tensor &input, BenchOptions options);

QString benchText(const Json &report);

} // namespace reslens::cli
