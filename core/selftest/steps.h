// The two halves of a self-test. Each appends its checks to a report in the order of computation.
#pragma once

#include "nn/gradients.h"
#include "selftest/choices.h"
#include "selftest/report.h"

namespace reslens::selftest {

/// The two traces of one input to compare.
struct Traces {
    const nn::Network &network;
    const nn::Trace &tested, &expected;
    std::stop_token stop;
};

Result<void> compareForward(const Traces &traces, Report &report, Choices &choices);
Result<void> compareBackward(const Traces &traces, const Choices &choices, Report &report);

/// "stem", a block's name, "head".
std::string placeOf(const nn::Network &network, int layer);
/// "conv 3x3 layer1.0.conv1"
std::string makerName(const nn::Layer &layer);
/// Appends `check` with its difference. Mismatch: the sizes differ; InvalidInput: `expected` is not finite.
Result<void> compare(Check check, std::span<const float> found, std::span<const float> expected, Report &report);
Result<void> notStopped(const std::stop_token &stop);

} // namespace reslens::selftest
