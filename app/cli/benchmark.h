// All results of reslens-cli bench as one value; its JSON and its text are derived from it.
#pragma once

#include "cli/report.h"
#include "engine/peak.h"
#include "nn/executor.h"

namespace reslens::cli {

struct BenchOptions {
    int runs;
    bool hasBackward;
};

/// Passes that were timed one after another.
struct Timing {
    std::vector<double> runMs;  // from submit to result, as the executor reports it
    std::vector<double> wallMs; // the whole call, with copying in and out
};

/// The work of several kernels together.
struct Work {
    std::string name; // the name of a kernel, a stage or a layer
    int count = 0;    // number of kernels
    double ms = 0;
    std::int64_t macs = 0;

    double gflops() const { return ms > 0 ? 2 * double(macs) / ms / 1e6 : 0; }
};

/// One layer that ran, with the layers fused into it (batch norm, addition, ReLU).
struct LayerCost {
    int layer;          // index in Network::layers of the convolution, the pooling, ...
    int output;         // index of the last layer fused into it
    std::string kernel; // the longest one, if there are several (a transformation before the sums)
    double ms = 0;      // all its kernels together
    std::int64_t macs = 0;
    /// Counts each input once, the weights and the output, in fp32.
    std::int64_t bytes = 0;
};

/// How much fp16 weights on the device change the answer.
struct Rounding {
    double logitsError, largestProbabilityDifference;
};

struct Benchmark {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
    int runs;
    std::vector<Shape> shapes; // the picture's, then every layer's output's
    std::uint64_t memoryBytes; // the forward pass alone, without traces and gradients
    Timing forward;
    std::optional<Timing> backward, forwardBackward;
    std::optional<engine::Peak> peak;                   // none on the CPU reference
    std::vector<Work> kernels, stages, backwardKernels; // slowest first
    std::vector<LayerCost> layers;                      // in the order they ran
    std::optional<Rounding> rounding;                   // only with fp16 weights
};

double median(std::vector<double> values);

/// Runs passes for half a second before it times them. The time of each kernel is the median of a few passes.
Result<Benchmark> measure(std::shared_ptr<const nn::Model> model, nn::Executor &executor, const Tensor &input,
                          BenchOptions options);
/// Times forward and backward together, since an analysis usually needs both.
Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs);

/// Returns the layers in the order they ran. `times` belongs to one forward pass with these `shapes`.
std::vector<LayerCost> layerCosts(const nn::Network &network, const std::vector<Shape> &shapes,
                                  const std::vector<nn::LayerTime> &times);

/// docs/cli.md lists the keys.
Json benchmarkJson(const Benchmark &benchmark);
QString benchmarkText(const Benchmark &benchmark);

} // namespace reslens::cli
