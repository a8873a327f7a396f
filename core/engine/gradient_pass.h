// One recorded backward pass over a trace: its buffers and command buffers, replayed for every objective. The gradients
// of weights, which few views show, take half of the time and much of the memory: they are recorded when the first is
// asked for, and computed a few layers at a time, when one of them is.
#pragma once

#include "engine/gradient_plan.h"
#include "engine/kernels/gradient.h"
#include "engine/pass.h"

#include <optional>

namespace reslens::engine {

class GradientPass {
public:
    /// Makes the buffers and records. `forward` is a pass in trace or checkpoints mode (then its blocks run again, each
    /// before its gradients) and outlives this one; `plan` is made for its shapes. Throws vk::SystemError, Error.
    GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, Pass &forward,
                 GradientPlan plan);

    /// `seed` is dJ / d logits, (N, classes, 1, 1); `scales` one per block, or empty: all 1. Throws vk::SystemError,
    /// and Error{Cancelled} when a stop was asked for between two submits.
    void run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, std::stop_token stop);

    /// Gives all gradients up, and from now on keeps what goes between blocks only. Those of the last run are made
    /// again when somebody looks at one. False if there are none, or they could not be made again since the forward
    /// pass has run again.
    bool letGo();

    const GradientPlan &plan() const { return m_plan; }
    /// Of the last run's kernels, in their order, and of those that computed gradients of weights; `layer` is the one
    /// that they differentiate.
    std::vector<nn::LayerTime> times() const;
    /// A slot of makeGradientPlan()'s plans, or the last one of makePathPlan()'s. Where a plan keeps what goes between
    /// blocks only, the slot's block runs again, forward and backward, unless it was the last one. All four throw as
    /// run(), and Error{Unsupported} if they need a forward pass that has run again since.
    Tensor read(int slot);
    /// Makes what read() would read. Then, until another is asked for, it is in buffer(slot), packed.
    void look(int slot);
    const vulkan::Buffer &buffer(int slot) const { return m_buffers[m_plan.bufferOf[slot]]; }
    /// A power of two near the largest number of the last run's seed, which all gradients are proportional to.
    double unit() const { return m_unit; }
    /// dJ / d (folded weights) of convolution or linear layer `layer`, [K][C/groups][R][S].
    std::vector<double> weightGradient(int layer);
    /// Computes those of all layers that have not been asked for.
    void computeWeights(std::stop_token stop);
    /// dJ / d (bias) of the same: the sum over images and pixels of what arrives at its output.
    std::vector<double> biasGradient(int layer);

private:
    struct WeightResult {
        WeightStep step;
        WeightGradientForm form;
        std::size_t buffer, segment; // of Weights
    };

    struct Segment {
        int block; // whose activations it reads; -1: the head's or the stem's
        vulkan::Recorder commands;
        TimedSteps kernels;
        std::size_t steps = 0;
        bool isDone = false; // has run; of weights: its results are there
    };

    /// The gradients of weights, as recorded.
    struct Weights {
        std::vector<WeightResult> results;
        std::vector<vulkan::Buffer> buffers;
        std::vector<Segment> segments;
    };

    /// The buffers, and the commands over them.
    void make();
    void clear();
    void record();
    void follow(const std::stop_token &stop);
    /// What the gradients of the last run are computed from, or throws: it makes those again that letGo() gave up.
    void restore(const std::stop_token &stop = {});
    Weights recordedWeights();
    void makeBuffers(Weights &weights) const;
    /// Recorded when they are first asked for.
    Weights &weights();
    /// The segment that the next step of `block` goes to, and how.
    std::pair<Segment &, GradientRecording> segmentFor(int block, std::vector<Segment> &segments, bool endsWithBlock);
    void submit(Segment &segment);
    void submitAll(const std::stop_token &stop);
    void compute(Segment &ofWeights);
    void recall(int block);
    void expectSameForward() const;
    double factorOf(const WeightStep &step) const;

    KernelStore &m_kernels;
    const vulkan::Context &m_context;
    const nn::Network &m_network;
    const DeviceWeights &m_transposed;
    Pass &m_forward;
    GradientPlan m_plan;
    std::vector<vulkan::Buffer> m_buffers; // the plan's; empty once they were let go
    std::optional<Weights> m_weights;
    vulkan::Buffer m_seed, m_scales;
    std::vector<nn::BlockScale> m_scaleValues; // of the last run
    double m_unit = 1;
    std::vector<Segment> m_segments;
    int m_recalled = -1;           // the block whose inside is there, where blocks share buffers
    std::size_t m_forwardRuns = 0; // the forward pass's runs() when this one ran
    int m_forwardRecordings = 0;   // and its recordings() when this one was recorded
};

} // namespace reslens::engine
