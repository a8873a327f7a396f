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
///
/// The public functions of Trace, Gradients and Executor check what they are given, with one kind of error and one
/// wording for all executors, and then call what each executor implements. ErrorKind::NotFound: no such layer, block or
/// parameter; Mismatch: an input's shape or the number of scales does not fit the network; InvalidInput: a value that
/// is out of range or not finite; Cancelled: a stop was asked for.
class Trace {
public:
    virtual ~Trace() = default;
    const Network &network() const { return m_network; }
    const Forward &forward() const { return m_forward; }
    /// Of every layer's output.
    const std::vector<Shape> &shapes() const { return m_shapes; }
    /// One per block: those that it ran with, or was resumed with.
    const std::vector<BlockScale> &scales() const { return m_scales; }
    /// The output of layer `layer`, NCHW. A convolution that is folded with its batch norm has no output of its own:
    /// ErrorKind::Unsupported; read the batch norm's.
    Result<Tensor> read(int layer) const;
    /// Of layer `layer`'s output; errors as read().
    Result<Moments> moments(int layer) const;
    Result<Tensor> pixelNorms(int layer) const;
    Result<BlockSums> blockSums(int block) const;

protected:
    /// Of a network that outlives the trace, for an input of `input`.
    Trace(const Network &network, Shape input, Forward forward, std::vector<BlockScale> scales);

    virtual Result<Tensor> doRead(int layer) const = 0;
    /// Reduced from what doRead() gives, unless the executor can do so where the tensors are.
    virtual Result<Moments> doMoments(int layer) const;
    virtual Result<Tensor> doPixelNorms(int layer) const;
    virtual Result<BlockSums> doBlockSums(const Block &block) const;

private:
    friend class Executor; // which tells a trace how it was resumed

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
    /// Trace mode. A trace stays valid after the executor has run again, and while the executor lives.
    Result<std::unique_ptr<Trace>> trace(const Tensor &input, const RunOptions &options);
    /// Runs `trace`, a trace of this executor's network, again from block `block` on with other scales (those of
    /// earlier blocks are as they were) and gives the head's results. What the trace holds of that block and the later
    /// ones is overwritten or, where an executor cannot resume, left as it was. Errors as forward().
    Result<Forward> resume(Trace &trace, int block, const RunOptions &options);
    /// Measures one kernel of the passes over `input` (of backward passes too, once there was one), if its variants
    /// have not been measured yet, for later passes to be faster; their results may differ by rounding. Returns how
    /// many are left; 0 where there is no choice, or no room to measure. ErrorKind::Cancelled when it was stopped,
    /// which takes no longer than compiling one variant or running it once.
    Result<int> tune(const Shape &input, std::stop_token stop);
    /// Memory in use on its device now, by all executors there: weights, activations, staging.
    virtual std::size_t memoryBytes() const = 0;
    /// What this executor now does otherwise because memory is short, each in words for a person. The answers are as
    /// good; they take longer.
    virtual std::vector<std::string> economies() const { return {}; }

protected:
    /// `options` hold one scale per block.
    virtual Result<Forward> doForward(const Tensor &input, const RunOptions &options) = 0;
    virtual Result<std::unique_ptr<Trace>> doTrace(const Tensor &input, const RunOptions &options) = 0;

    struct Resumed {
        Forward forward;
        bool isInTrace; // the trace holds the resumed run now
    };
    /// Runs all of it again, unless the executor can resume.
    virtual Result<Resumed> doResume(Trace &trace, int block, const RunOptions &options);
    virtual Result<int> doTune(const Shape &input, std::stop_token stop);
};

/// One wording for all that can be stopped.
Error cancelled();
Result<void> checkLayer(const Network &network, int layer);
Result<void> checkBlock(const Network &network, int block);
/// One finite scale per block, or none.
Result<void> checkScales(const Network &network, const std::vector<BlockScale> &scales);

} // namespace reslens::nn
