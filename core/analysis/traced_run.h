// What the forward decompositions look at: one image of one trace, and what it ran with.
#pragma once

#include "nn/executor.h"

#include <functional>

namespace reslens::analysis {

/// A view: model and trace outlive it.
struct TracedRun {
    const nn::Model &model;
    const nn::Trace &trace;
    std::vector<nn::BlockScale> scales; // as given to the trace; empty: all 1
    int image = 0;                      // of the batch

    const nn::Network &network() const { return model.network; }
    nn::BlockScale scaleOf(int block) const { return scales.empty() ? nn::BlockScale{} : scales[block]; }
};

/// ErrorKind::NotFound: no such image. ErrorKind::InvalidInput: scales for another number of blocks.
Result<void> check(const TracedRun &run);

/// One image, which the analyses that run the network many times need. ErrorKind::InvalidInput.
Result<void> checkOneImage(const Tensor &input);
/// `scales`, or one for each block where there are none. ErrorKind::InvalidInput: for another number of blocks.
Result<std::vector<nn::BlockScale>> scalesForAll(const nn::Network &network, std::vector<nn::BlockScale> scales);
/// Cutting a branch or a skip means nothing without skips. ErrorKind::Unsupported, saying `what` it was for.
Result<void> checkHasShortcuts(const nn::Network &network, const std::string &what);

/// ErrorKind::Cancelled, about `what`, once a stop is asked for.
Result<void> checkNotStopped(const std::stop_token &stop, const std::string &what);

/// How a long analysis is watched and stopped. `onProgress` is called on the analysis' own thread.
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
