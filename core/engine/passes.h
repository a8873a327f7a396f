// The passes that an executor replays: forward for every input of one shape, backward over a trace for every J.
#pragma once

#include "engine/gradient_program.h"
#include "engine/replay.h"
#include "nn/model.h"

#include <memory>

namespace reslens::engine {

/// One (alpha, beta) per block, in the form that kernels read.
class Scales {
public:
    Scales(const vulkan::Context &context, std::size_t blocks);
    void write(const std::vector<nn::BlockScale> &scales);
    const vulkan::Buffer &buffer() const { return m_buffer; }
    const std::vector<nn::BlockScale> &values() const { return m_values; }

private:
    vulkan::Buffer m_buffer;
    std::vector<nn::BlockScale> m_values;
};

class Pass final : public Replay {
public:
    /// Makes the buffers and records the commands. `weights` must live as long as the pass runs. Throws
    /// vk::SystemError, Error.
    Pass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &weights, Shape input, Keep keep);

    /// Uploads `input` (of the recorded shape), runs, and reads logits and probabilities back. Throws vk::SystemError,
    /// and Error{Cancelled} if somebody asked for a stop between two submits.
    nn::Forward run(const Tensor &input, const nn::RunOptions &options);

    /// Not for Keep::Results. Runs again from block `block` on, over the tensors that the last run left before it, with
    /// new scales for these blocks. If it fails or is stopped, the old tensors hold; they are computed again when
    /// somebody looks at one.
    nn::Forward resume(int block, const nn::RunOptions &options);

    /// The scales of the last run, one per block.
    const std::vector<nn::BlockScale> &scales() const { return m_blockScales.values(); }

private:
    nn::Forward runFrom(std::size_t segment, const nn::RunOptions &options);

    Scales m_blockScales;
    vulkan::Buffer m_input;                   // staging of the packed image
    vulkan::Buffer m_logits, m_probabilities; // as read back
};

/// Few views show the gradients of weights, but these take half of the time and much of the memory. So they are
/// recorded when the first one is asked for, and computed a few layers at a time.
class WeightGradients final : public Replay {
public:
    /// Reads the values of `gradients`, a program that `source` has run with `scales`. Throws vk::SystemError, Error.
    WeightGradients(const Workplace &place, const GradientProgram &gradients, Replay &source, const Scales &scales);

    void forget() { beginLazily(); }
    /// dJ / d (folded weights) of convolution or linear layer `layer`, [K][C/groups][R][S]. Throws as bring().
    std::vector<double> ofLayer(int layer);
    /// Computes the gradients of all remaining layers. Throws as bring(), and Error{Cancelled}.
    void computeAll(const std::stop_token &stop) { submitRest(stop); }
};

class GradientPass final : public Replay {
public:
    /// Makes the buffers and records the commands. `forward` keeps more than results and outlives this pass;
    /// `gradients` is made for its program. Throws vk::SystemError, Error.
    GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, Pass &forward,
                 GradientProgram gradients);

    /// `seed` is dJ / d output of the program's layerOfJ; `scales` has one per block, or is empty: all 1. Throws
    /// vk::SystemError, and Error{Cancelled} if somebody asked for a stop between two submits.
    void run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, const std::stop_token &stop);
    bool letGo();

    /// Says which value is which; its program is program().
    const GradientProgram &gradients() const { return m_gradients; }
    /// A power of two near the largest number of the last run's seed. All gradients are proportional to the seed.
    double unit() const { return m_unit; }
    std::vector<nn::LayerTime> times() const;
    /// The gradient of the weights of convolution or linear layer `layer`; zeros if J does not depend on it. Throws as
    /// bring().
    std::vector<double> weightGradient(int layer);
    /// dJ / d (bias) of the same layer: the sum, over images and pixels, of the gradient at its output.
    std::vector<double> biasGradient(int layer);
    /// Throws as bring(), and Error{Cancelled}.
    void computeWeights(const std::stop_token &stop) { weights().computeAll(stop); }

private:
    WeightGradients &weights();
    const WeightGradient *find(int layer) const;

    GradientProgram m_gradients;
    Scales m_blockScales;
    vulkan::Buffer m_seed;
    double m_unit = 1;
    std::unique_ptr<WeightGradients> m_weights; // recorded at the first call
};

} // namespace reslens::engine
