// What the self-test found: every tensor that it compared, in the order in which they are computed.
#pragma once

#include "selftest/difference.h"

#include <string>
#include <vector>

namespace reslens::selftest {

enum class Pass { Forward, Backward };

struct Check {
    Pass pass = Pass::Forward;
    std::string place;  // "stem", "layer3.5", "head"
    std::string tensor; // "layer3.5.bn2", "layer3.5.gF", "layer3.5.conv2.weight"
    std::string maker;  // the operation that computes it from tensors checked before: "conv 3x3 layer3.5.conv2"
    Difference difference;
    double tolerance = 0; // of difference.relative

    bool isGood() const { return difference.relative <= tolerance; }
};

struct Report {
    std::vector<Check> checks;
    /// Of the decisions of ReLUs and max-pools: how many there are, how many fell differently.
    std::size_t choices = 0, differingChoices = 0;

    bool isGood() const { return firstWrong() == nullptr; }
    /// The first tensor with a large error: what it is made from was right, so its maker is wrong. Null: none.
    const Check *firstWrong() const;
    /// The largest error of a pass; of equal ones the first. Null: nothing was compared.
    const Check *worst(Pass pass) const;
};

} // namespace reslens::selftest
