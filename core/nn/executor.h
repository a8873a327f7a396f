// Runs a model: the interface that the Vulkan engine and the CPU reference share. One thread at a time. An executor
// belongs to one model; it keeps its recordings for the shapes that it has seen.
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
/// The limits of both in the live controls, and so in scenarios and sessions. The command line accepts any finite
/// number.
constexpr float kSmallestScale = -4, kLargestScale = 4;

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
    Tensor probabilities; // (N, classes, 1, 1): by the architecture's activation; NaN where it has none
    Activation activation = Activation::Softmax;
    double wallMs = 0; // from submit to result
    std::vector<LayerTime> times;
};

/// One forward pass with everything kept: x, s, F, u, y of every block, every convolution after its batch norm.
///
/// The public functions of Trace, Gradients and Executor check their arguments, with one kind of error and one wording
/// for all executors, and then call the functions that each executor implements. NotFound: no such layer, block or
/// parameter; Mismatch: an input's shape or the number of scales does not fit the network; InvalidInput: a value that
/// is out of range or not finite; Cancelled: a stop was asked for.
class Trace {
public:
    virtual ~Trace() = default;
    const Network &network() const { return m_network; }
    const Forward &forward() const { return m_forward; }
    /// The shape of every layer's output.
    const std::vector<Shape> &shapes() const { return m_shapes; }
    /// The scales of the last run or resume, one per block.
    const std::vector<BlockScale> &scales() const { return m_scales; }
    /// The output of layer `layer`, NCHW. Unsupported: the layer is a convolution folded with its batch norm, which has
    /// no output of its own; read the batch norm's.
    Result<Tensor> read(int layer) const;
    /// The sums of layer `layer`'s output; errors as read().
    Result<Moments> moments(int layer) const;
    Result<Tensor> pixelNorms(int layer) const;
    Result<BlockSums> blockSums(int block) const;

protected:
    /// `network` must outlive the trace; `input` is the shape of the input.
    Trace(const Network &network, Shape input, Forward forward, std::vector<BlockScale> scales);

    virtual Result<Tensor> doRead(int layer) const = 0;
    /// Computes the sums from doRead(); an executor may compute them where the tensors are.
    virtual Result<Moments> doMoments(int layer) const;
    virtual Result<Tensor> doPixelNorms(int layer) const;
    virtual Result<BlockSums> doBlockSums(const Block &block) const;

private:
    friend class Executor; // tells a trace how it was resumed

    const Network &m_network;
    std::vector<Shape> m_shapes;
    Forward m_forward;
    std::vector<BlockScale> m_scales;
};

class Executor {
public:
    virtual ~Executor() = default;
    virtual const Model &model() const = 0;
    virtual const DeviceInfo &device() const = 0;
    /// Fast mode: only the head's results. `input` is (N, channels, H, W), preprocessed; any N >= 1.
    Result<Forward> forward(const Tensor &input, const RunOptions &options);
    /// Trace mode. A trace stays valid as long as the executor lives, even if it runs again.
    Result<std::unique_ptr<Trace>> trace(const Tensor &input, const RunOptions &options);
    /// Runs `trace`, a trace of this executor's network, again from block `block` on with other scales, and returns the
    /// head's results. Scales of earlier blocks stay as they were. The trace's tensors of that block and the later ones
    /// are overwritten, or stay as they were if the executor cannot resume. Errors as forward().
    Result<Forward> resume(Trace &trace, int block, const RunOptions &options);
    /// Measures the variants of one kernel of the passes over `input`, so that later passes are faster; their results
    /// may differ by rounding. Backward passes count too, once there was one. Returns how many kernels are left to
    /// measure: 0 if there is no choice, or no room to measure. Cancelled if it was stopped, which takes at most as
    /// long as compiling one variant or running it once.
    Result<int> tune(const Shape &input, const std::stop_token &stop);
    /// Memory in use on the executor's device now, for all executors there: weights, activations, staging.
    virtual std::size_t memoryBytes() const = 0;
    /// Tells what this executor does differently now because memory is short, one sentence each, for people. The
    /// answers are as good, but take longer.
    virtual std::vector<std::string> economies() const { return {}; }

protected:
    /// `options` has one scale per block.
    virtual Result<Forward> doForward(const Tensor &input, const RunOptions &options) = 0;
    virtual Result<std::unique_ptr<Trace>> doTrace(const Tensor &input, const RunOptions &options) = 0;

    struct Resumed {
        Forward forward;
        bool isInTrace; // the trace holds the resumed run now
    };
    /// Runs everything again, unless the executor can resume.
    virtual Result<Resumed> doResume(Trace &trace, int block, const RunOptions &options);
    virtual Result<int> doTune(const Shape &input, const std::stop_token &stop);
};

/// The one error for everything that can be stopped.
Error cancelled();
Result<void> checkLayer(const Network &network, int layer);
Result<void> checkBlock(const Network &network, int block);
/// Checks that there is one finite scale per block, or none.
Result<void> checkScales(const Network &network, const std::vector<BlockScale> &scales);

} // namespace reslens::nn
