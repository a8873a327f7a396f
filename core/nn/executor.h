// Runs a model: the interface that the Vulkan engine and the CPU reference share.
// One thread at a time. An executor belongs to one model; it keeps what it recorded for the shapes it has seen.
#pragma once

#include "error/error.h"
#include "nn/model.h"
#include "nn/trace_sums.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace reslens::nn {

struct DeviceInfo {
    std::string name;   // "llvmpipe (LLVM 15.0.6, 256 bits)", "CPU reference"
    std::string kind;   // "discrete", "integrated", "virtual", "cpu", "reference"
    std::string driver; // "Mesa 22.3.6 (LLVM 15.0.6)"; empty for the reference
    std::string reason; // why this device was chosen
    bool isVulkan = false;
};

/// Live controls of one block: u = alpha * s + beta * F. Plain blocks have no shortcut and ignore both.
struct BlockScale {
    float alpha = 1, beta = 1;
    bool operator==(const BlockScale &) const = default;
};

struct RunOptions {
    std::vector<BlockScale> scales; // one per block, or empty: all 1
    bool timesLayers = false;       // fill Forward::times
    std::stop_token stop;           // polled between submits; a stopped run fails with ErrorKind::Cancelled
};

struct LayerTime {
    int layer;          // index in Network::layers of the kernel's (last) output
    std::string kernel; // the shader and its variant
    double ms;
};

struct Forward {
    Tensor logits;        // (N, classes, 1, 1)
    Tensor probabilities; // (N, classes, 1, 1): softmax of the logits
    double wallMs = 0;    // from submit to result
    std::vector<LayerTime> times;
};

/// One forward pass with everything kept: x, s, F, u, y of every block, every convolution after its batch norm.
class Trace {
public:
    virtual ~Trace() = default;
    virtual const Forward &forward() const = 0;
    virtual const std::vector<Shape> &shapes() const = 0;
    /// The output of layer `layer`, NCHW. A convolution that is folded with its batch norm has no output of its own:
    /// ErrorKind::Unsupported; read the batch norm's.
    virtual Result<Tensor> read(int layer) const = 0;

    /// Of layer `layer`'s output; errors as read(). Reduced from what read() gives, unless the executor can do so where
    /// the tensors are.
    virtual Result<Moments> moments(int layer) const;
    virtual Result<Tensor> pixelNorms(int layer) const;
    /// Of block `block`. ErrorKind::NotFound: no such block.
    virtual Result<BlockSums> blockSums(const Network &network, int block) const;
};

class Executor {
public:
    virtual ~Executor() = default;
    virtual const Model &model() const = 0;
    virtual const DeviceInfo &device() const = 0;
    /// Fast mode: only the head's results. `input` is (N, 3, H, W), preprocessed; any N >= 1.
    virtual Result<Forward> forward(const Tensor &input, const RunOptions &options) = 0;
    /// Trace mode. A trace stays valid after the executor has run again, and while the executor lives.
    virtual Result<std::unique_ptr<Trace>> trace(const Tensor &input, const RunOptions &options) = 0;
    /// Runs `trace`, made by this executor, again from block `block` on with other scales (those of earlier blocks are
    /// as they were) and gives the head's results. What the trace holds of that block and the later ones is overwritten
    /// or, where an executor cannot resume, left as it was. Errors as forward(); ErrorKind::NotFound: no such block.
    virtual Result<Forward> resume(Trace &trace, int block, const RunOptions &options);
    /// Measures one kernel of the passes over `input` (of backward passes too, once there was one), if its variants
    /// have not been measured yet, for later passes to be faster; their results may differ by rounding. Returns how
    /// many are left; 0 where there is no choice, or no room to measure. ErrorKind::Cancelled when it was stopped,
    /// which takes no longer than compiling one variant or running it once.
    virtual Result<int> tune(const Shape &input, std::stop_token stop);
    /// Memory in use on its device now, by all executors there: weights, activations, staging.
    virtual std::size_t memoryBytes() const = 0;
    /// What this executor now does otherwise because memory does not suffice, each in words for a person. The answers
    /// are as good; they take longer.
    virtual std::vector<std::string> economies() const { return {}; }
};

} // namespace reslens::nn
