// What --also adds to inspect's answer: maps that say where, and numbers beyond every block's own.
#pragma once

#include "cli/arguments.h"
#include "cli/inspection.h"
#include "cli/report.h"

namespace reslens::cli {

struct AlsoAnswer {
    Json json;
    QString text;         // a few lines; may be empty
    NamedTensors tensors; // for --dump
};

/// --also and --seed.
void addAlsoOptions(Arguments &arguments);
/// What is wrong whatever the network: an unknown name, a seed that is no number. The error is a usage error.
Result<void> checkAlsoOptions(const Arguments &arguments);

struct AlsoFound {
    std::string key;   // in the JSON
    AlsoAnswer answer; // its JSON is null where "all" was asked for, and this network has no such thing
};
/// The cheap ones, and those that were asked for. Errors: the analyses' own.
Result<std::vector<AlsoFound>> alsoOf(const Arguments &arguments, const Inspection &found);

/// Analyses that are no maps.
Result<AlsoAnswer> alsoLens(const Inspection &found, std::uint64_t seed);
Result<AlsoAnswer> alsoSampledPaths(const Inspection &found, std::uint64_t seed);
Result<AlsoAnswer> alsoGroups(const Inspection &found, std::uint64_t seed);

} // namespace reslens::cli
