// Skip and branch scales as something a person names, saves and opens again; and the scenarios that everyone tries.
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

/// What alpha and beta may be in the live controls, and so in scenarios and sessions. The command line takes any finite
/// number.
constexpr float kSmallestScale = -4, kLargestScale = 4;

/// {"alpha", "beta"}: in scenarios, sessions, exports and the answers of the command line. The shortest numbers that
/// read as these.
QJsonObject jsonOf(const nn::BlockScale &scale);
QJsonArray jsonOf(const std::vector<nn::BlockScale> &scales);
/// Also from [alpha, beta]; a factor that is not told is 1. `subject` and `block` are what errors are about: Malformed;
/// InvalidInput: no number within the limits.
Result<nn::BlockScale> scaleFromJson(const QJsonValue &value, const std::string &subject, const std::string &block);

/// By the blocks' names; a block that is not named keeps alpha = beta = 1.
struct Scenario {
    std::string name;
    std::string architecture; // of the network that it is for
    std::vector<std::pair<std::string, nn::BlockScale>> scales;
    bool operator==(const Scenario &) const = default;
};

/// `scales` has one for each block of `network`.
Scenario scenarioOf(std::string name, const nn::Network &network, const std::vector<nn::BlockScale> &scales);
/// One scale for each block. Errors: Mismatch (another architecture), NotFound (a block that the network lacks).
Result<std::vector<nn::BlockScale>> scalesFor(const Scenario &scenario, const nn::Network &network);

QByteArray toJson(const Scenario &scenario);
/// `subject` is what errors are about: the file. Errors: Malformed; InvalidInput: a scale that is no number within the
/// limits.
Result<Scenario> scenarioFromJson(const QByteArray &json, const std::string &subject);
/// From a file; for any thread. Also Io and Limit.
Result<Scenario> readScenario(const std::string &path);

/// Every branch after `block` is cut: what the skip lens shows at that depth.
std::vector<nn::BlockScale> withoutBranchesAfter(const nn::Network &network, int block);
/// Every skip is cut: the plain counterfactual.
std::vector<nn::BlockScale> withoutSkips(const nn::Network &network);
/// The branches of one stage (counted from 1) are cut.
std::vector<nn::BlockScale> withoutStage(const nn::Network &network, int stage);

} // namespace reslens::session
