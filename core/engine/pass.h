// One recorded forward pass: its buffers and command buffers, replayed for every input of the same shape.
#pragma once

#include "engine/kernel_store.h"
#include "engine/plan.h"
#include "engine/timed_steps.h"
#include "engine/weights.h"
#include "nn/executor.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

class Pass {
public:
    /// Makes the buffers and records. Throws vk::SystemError, Error. `weights` live as long as the pass is run.
    Pass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &weights, Shape input, Mode mode);

    /// Uploads `input` (of the recorded shape), runs, reads logits and probabilities back. Throws vk::SystemError, and
    /// Error{Cancelled} when a stop was asked for between two submits.
    nn::Forward run(const Tensor &input, const nn::RunOptions &options);

    /// Trace and checkpoints mode only: the same from block `block` on, over what the last run left before it, with the
    /// scales of these blocks. If it fails or is stopped, the tensors are those of before, made again when somebody
    /// looks at one.
    nn::Forward resume(int block, const nn::RunOptions &options);

    /// Checkpoints mode: runs the block that `layer` lies in again, unless it was the last one; then the outputs of all
    /// its layers are in their buffers, as the last run left them. In other modes they always are. Restores first.
    /// Throws as run().
    void recall(int layer);

    /// But for fast mode: gives all its tensors up, and from now on is in checkpoints mode. Those of the last run are
    /// made again, from its input, when somebody looks at one (recall()). False if it has none.
    bool letGo();
    /// Makes the tensors again that letGo() gave up. Throws as run().
    void restore(const std::stop_token &stop = {});

    /// How often it was recorded: commands that read its buffers are good for one recording.
    int recordings() const { return m_recordings; }
    /// How often it has run or resumed: what was made of an earlier run's tensors cannot be made again.
    std::size_t runs() const { return m_runs; }

    const Plan &plan() const { return m_plan; }
    /// By slot of the plan.
    const std::vector<vulkan::Buffer> &buffers() const { return m_slots; }
    /// One per block, of the last run.
    const std::vector<nn::BlockScale> &scales() const { return m_scaleValues; }
    /// Of the last run; layers with a slot only (plan().slotOf), in checkpoints mode after recall().
    Tensor read(int layer) const;

private:
    /// The buffers, and the commands over them.
    void make();
    void clear();
    void record();
    void submit(std::size_t segment);
    void submitFrom(std::size_t first, const std::stop_token &stop);
    nn::Forward runSegments(std::size_t first, const nn::RunOptions &options);
    void writeScales(const std::vector<nn::BlockScale> &scales);
    std::vector<nn::LayerTime> times() const;

    KernelStore &m_kernels;
    const vulkan::Context &m_context;
    const nn::Network &m_network;
    const DeviceWeights &m_weights;
    Plan m_plan;
    std::vector<vulkan::Buffer> m_slots; // empty once they were let go
    vulkan::Buffer m_input;              // staging of the packed image
    vulkan::Buffer m_scales;
    vulkan::Buffer m_logits, m_probabilities; // as read back
    std::vector<nn::BlockScale> m_scaleValues;
    struct Segment {
        int begin, end; // steps
        vulkan::Recorder commands;
        TimedSteps kernels;
    };
    std::vector<Segment> m_segments;      // submitted one after the other
    std::vector<std::size_t> m_segmentOf; // by block, but for fast mode: the segment that begins with it
    int m_recordings = 0;
    std::size_t m_runs = 0;
    int m_recalled = -1; // in checkpoints mode: the block whose inside is there
};

} // namespace reslens::engine
