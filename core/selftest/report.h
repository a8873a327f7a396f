// The result of the self-test: every tensor that it compared, in the order of computation.
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
    std::string maker;  // the operation that computes it from tensors that passed before: "conv 3x3 layer1.0.conv2"
    Difference difference;
    double tolerance = 0; // for difference.relative

    bool isGood() const { return difference.relative <= tolerance; }
};

struct Report {
    std::vector<Check> checks;
    /// The number of choices of ReLUs and max-pools, and how many of them differed.
    std::size_t choices = 0, differingChoices = 0;

    bool isGood() const { return firstWrong() == nullptr; }
    /// The first tensor with a large error. Its inputs were right, so its maker is wrong. Null: no such tensor.
    const Check *firstWrong() const;
    /// The largest error of a pass, the first one in a tie. Null: nothing was compared.
    const Check *worst(Pass pass) const;
};

} // namespace reslens::selftest
