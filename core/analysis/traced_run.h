// The input of the forward decompositions: one image of one trace, and the scales of its run.
#pragma once

#include "nn/executor.h"

#include <functional>

namespace reslens::analysis {

/// Owns nothing: model and trace must outlive it.
struct TracedRun {
    const nn::Model &model;
    const nn::Trace &trace;
    std::vector<nn::BlockScale> scales; // as given to the trace; empty: all 1
    int image = 0;                      // of the batch

    const nn::Network &network() const { return model.network; }
    nn::BlockScale scaleOf(int block) const { return scales.empty() ? nn::BlockScale{} : scales[block]; }
};

/// NotFound: no such image. InvalidInput: scales for another number of blocks.
Result<void> check(const TracedRun &run);

/// Checks that `input` is one image, as analyses need that run the network many times. Else InvalidInput.
Result<void> checkOneImage(const Tensor &input);
/// `scales`, or one for each block if there are none. InvalidInput: scales for another number of blocks.
Result<std::vector<nn::BlockScale>> scalesForAll(const nn::Network &network, std::vector<nn::BlockScale> scales);
/// Unsupported, with `what` in the message, if the network has no skips: then no branch or skip can be cut.
Result<void> checkHasShortcuts(const nn::Network &network, const std::string &what);

/// Unsupported if the blocks have another activation than ReLU; `what` is said to be exact only with ReLUs.
Result<void> checkHasRelus(const nn::Network &network, const std::string &what);

/// Cancelled, with `what` in the message, after somebody asks for a stop.
Result<void> checkNotStopped(const std::stop_token &stop, const std::string &what);

/// How to watch and stop a long analysis. `onProgress` is called on the analysis' own thread.
struct Job {
    std::stop_token stop;
    std::function<void(int done, int total)> onProgress;

    void report(int done, int total) const
    {
        if (onProgress)
            onProgress(done, total);
    }
};

} // namespace reslens::analysis
