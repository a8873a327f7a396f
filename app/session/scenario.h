// Skip and branch scales under a name, in a file; and the scenarios that everyone tries.
#pragma once

#include "error/error.h"
#include "nn/executor.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <string>
#include <utility>
#include <vector>

namespace reslens::session {

/// Returns {"alpha", "beta"} for scenarios, sessions, exports and the command line. Uses the shortest numbers that
/// read back as these.
QJsonObject jsonOf(const nn::BlockScale &scale);
QJsonArray jsonOf(const std::vector<nn::BlockScale> &scales);
/// Also reads [alpha, beta]; a missing factor is 1. `subject` and `block` name the source of errors. Malformed;
/// InvalidInput: no number within the limits.
Result<nn::BlockScale> scaleFromJson(const QJsonValue &value, const std::string &subject, const std::string &block);

/// Scales by the blocks' names; a block that is not named keeps alpha = beta = 1.
struct Scenario {
    std::string name;
    std::string architecture; // its network's
    std::vector<std::pair<std::string, nn::BlockScale>> scales;
    bool operator==(const Scenario &) const = default;
};

/// `scales` has one entry per block of `network`.
Scenario scenarioOf(std::string name, const nn::Network &network, const std::vector<nn::BlockScale> &scales);
/// Returns one scale per block. Errors: Mismatch (another architecture), NotFound (a block that the network lacks).
Result<std::vector<nn::BlockScale>> scalesFor(const Scenario &scenario, const nn::Network &network);

QByteArray toJson(const Scenario &scenario);
/// `subject` names the file in errors. Errors: Malformed; InvalidInput: a scale that is no number within the limits.
Result<Scenario> scenarioFromJson(const QByteArray &json, const std::string &subject);
/// Reads a file, on any thread. Errors: also Io and Limit.
Result<Scenario> readScenario(const std::string &path);

/// Cuts every branch after `block`: the skip lens at that depth.
std::vector<nn::BlockScale> withoutBranchesAfter(const nn::Network &network, int block);
/// Cuts every skip: the plain counterfactual.
std::vector<nn::BlockScale> withoutSkips(const nn::Network &network);
/// Cuts the branches of one stage (counted from 1).
std::vector<nn::BlockScale> withoutStage(const nn::Network &network, int stage);

} // namespace reslens::session
