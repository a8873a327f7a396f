// --also NAMES: what inspect gives beyond every block's numbers. also.cpp has the table.
#pragma once

#include "cli/arguments.h"
#include "cli/inspection.h"
#include "cli/report.h"

#include <cstdint>

namespace reslens::cli {

struct AlsoRequest {
    nn::Executor &executor;
    const InspectRequest &asked;
    const Inspection &found;
    std::uint64_t seed = 1;

    analysis::TracedRun run() const { return {executor.model(), *found.trace, found.scales}; }
    /// What was asked, of the class that it was answered for.
    analysis::Question question() const
    {
        return analysis::settled({asked.objective, asked.scales}, found.flow.objective);
    }
};

struct AlsoAnswer {
    Json json;
    QString text;         // a few lines; may be empty
    NamedTensors tensors; // for --dump
};

struct Also {
    const char *name; // on the command line
    const char *key;  // in the JSON
    const char *meaning;
    bool isCheap; // always given
    Result<AlsoAnswer> (*answer)(const AlsoRequest &request);
};

/// --also and --seed.
void addAlsoOptions(Arguments &arguments);
/// What is wrong whatever the network: an unknown name, a seed that is no number. The error is a usage error.
Result<void> checkAlsoOptions(const Arguments &arguments);

struct AlsoFound {
    const char *key;
    AlsoAnswer answer; // its JSON is null where "all" was asked for, and this network has no such thing
};
/// The cheap ones, and those that were asked for; the seed of `request` is set. Errors: the analyses' own.
Result<std::vector<AlsoFound>> alsoOf(const Arguments &arguments, AlsoRequest request);

} // namespace reslens::cli
