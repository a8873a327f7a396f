// The strength of every convolution's response: He et al. 2015, figure 7.
#pragma once

#include "analysis/traced_run.h"

namespace reslens::analysis {

/// Standard deviation and mean, over all channels and pixels, of a convolution's output after its batch norm, before
/// the non-linearity or the addition.
struct Response {
    std::string convolution; // layer1.0.conv2
    int layer = 0;           // the batch norm's
    int block = -1;          // -1: the stem's
    double mean = 0, deviation = 0;
    std::string complaint; // "not finite: deviation"; empty if all is well
};

/// The responses in the order of the run, projections included. Errors: as check(TracedRun), and the trace's own;
/// Cancelled, between two convolutions.
Result<std::vector<Response>> responsesOf(const TracedRun &run, const std::stop_token &stop = {});

} // namespace reslens::analysis
