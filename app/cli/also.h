// The analyses that --also adds to inspect's answer: maps over the picture, and numbers beyond a block's own.
#pragma once

#include "cli/arguments.h"
#include "cli/inspection.h"
#include "cli/report.h"

namespace reslens::cli {

// The move constructor of nlohmann's json has assertions, which throw.
struct AlsoAnswer { // NOLINT(bugprone-exception-escape)
    Json json;
    QString text;         // a few lines; may be empty
    NamedTensors tensors; // for --dump
};

/// Adds --also and --seed.
void addAlsoOptions(Arguments &arguments);
/// Rejects an unknown analysis and a seed that is no number, whatever the network. The error is a usage error.
Result<void> checkAlsoOptions(const Arguments &arguments);

struct AlsoFound {
    std::string key;   // in the JSON
    AlsoAnswer answer; // null JSON where "all" was asked for and this network lacks it
};
/// Runs the cheap analyses and those that were asked for. Errors: the analyses' own.
Result<std::vector<AlsoFound>> alsoOf(const Arguments &arguments, const Inspection &found);

/// These analyses are not maps.
Result<AlsoAnswer> alsoLens(const Inspection &found, std::uint64_t seed);
Result<AlsoAnswer> alsoSampledPaths(const Inspection &found, std::uint64_t seed);
Result<AlsoAnswer> alsoGroups(const Inspection &found, std::uint64_t seed);

} // namespace reslens::cli
