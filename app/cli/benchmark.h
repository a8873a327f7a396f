// All that reslens-cli bench measures, as one value; its JSON and its text are derived from it.
#pragma once

#include "cli/report.h"
#include "engine/peak.h"
#include "nn/executor.h"

namespace reslens::cli {

struct BenchOptions {
    int runs;
    bool hasBackward;
};

/// Passes that were timed one after the other.
struct Timing {
    std::vector<double> runMs;  // submit to result, as the executor says
    std::vector<double> wallMs; // the whole call, with copying in and out
};

/// The work that some kernels did together.
struct Work {
    std::string name; // of a kernel, a stage or a layer
    int count = 0;    // of kernels
    double ms = 0;
    std::int64_t macs = 0;

    double gflops() const { return ms > 0 ? 2 * double(macs) / ms / 1e6 : 0; }
};

/// One layer that ran, with everything that was fused behind it (batch norm, addition, ReLU).
struct LayerCost {
    int layer;          // index in Network::layers of the operation: the convolution, the pooling, ...
    int output;         // of what it made
    std::string kernel; // the longest, where there are several (a transformation before the sums)
    double ms = 0;      // of all of them
    std::int64_t macs = 0;
    /// The layers' outputs that it reads, its weights, and its output, once each, in fp32.
    std::int64_t bytes = 0;
};

/// How much the answer changes where the device keeps its weights in fp16.
struct Rounding {
    double logitsError, largestProbabilityDifference;
};

struct Benchmark {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
    int runs;
    std::vector<Shape> shapes; // of the picture and of every layer's output
    std::uint64_t memoryBytes; // of the forward pass: before traces and gradients
    Timing forward;
    std::optional<Timing> backward, forwardBackward;
    std::optional<engine::Peak> peak;                   // none on the CPU reference
    std::vector<Work> kernels, stages, backwardKernels; // the slowest first
    std::vector<LayerCost> layers;                      // in the order they ran
    std::optional<Rounding> rounding;                   // with fp16 weights only
};

double median(std::vector<double> values);

/// Passes run for half a second before they are timed. Where the time of a pass goes is the median of a few passes.
Result<Benchmark> measure(std::shared_ptr<const nn::Model> model, nn::Executor &executor, const Tensor &input,
                          BenchOptions options);
/// Both, one after the other, as often as they are wanted together.
Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs);

/// In the order they ran. `times` is of one forward pass over what has `shapes`.
std::vector<LayerCost> layerCosts(const nn::Network &network, const std::vector<Shape> &shapes,
                                  const std::vector<nn::LayerTime> &times);

/// docs/cli.md says what is in it.
Json benchmarkJson(const Benchmark &benchmark);
QString benchmarkText(const Benchmark &benchmark);

} // namespace reslens::cli
