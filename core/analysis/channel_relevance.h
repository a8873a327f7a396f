// Which channels of a tensor speak for the objective: gradient times activation.
#pragma once

#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

/// For each channel of layer `layer`'s output a: the sum over the pixels of (dJ/da) * a. To first order, J would lose
/// this much if the channel were 0. `gradients` must belong to the run's trace. Errors: as check(TracedRun), and those
/// of the trace and the gradients (an output that was folded away, the probabilities).
Result<std::vector<double>> channelRelevance(const TracedRun &run, const nn::Gradients &gradients, int layer);

} // namespace reslens::analysis
