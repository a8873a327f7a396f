// One backward pass: the gradient of the objective at every layer, block and parameter.
#pragma once

#include "nn/executor.h"
#include "nn/objective.h"

#include <string_view>

namespace reslens::nn {

/// The gradients at one block, as docs/decompositions.md defines them. gy has the shape of y, the others have that of
/// x.
struct BlockGradients {
    Tensor gy; // dJ/dy
    Tensor gs; // through the skip: alpha * (ds/dx)^T g_u; empty in a plain block
    Tensor gF; // through the branch: beta * (dF/dx)^T g_u
    Tensor gx; // arriving at x: gs + gF
};

/// A J that need not be a function of the logits: J = sum of weights * (output of layer `layer`).
struct LinearFunctional {
    int layer;
    Tensor weights; // of the shape of that output
};

/// J is the sum of the images' objectives, so the n-th image of every gradient except a parameter's is the gradient of
/// J_n alone.
///
/// Each may be computed when somebody asks for it, even a second time if memory was too short to keep it. Unsupported
/// if their trace has run again since.
class Gradients {
public:
    virtual ~Gradients() = default;
    /// One per image: J_n and its classes. Empty for a LinearFunctional.
    const std::vector<ImageObjective> &objectives() const { return m_objectives; }
    /// dJ / d output of layer `layer`; layer 0 is the input. Unsupported: a layer after the one whose output J is a
    /// function of, or an output that is folded away.
    Result<Tensor> value(int layer) const;
    Result<BlockGradients> ofBlock(int block) const;
    /// dJ / d parameter of the checkpoint, by its name, in its order of elements, summed over the images. May compute
    /// it now, together with its neighbours'. Unsupported: a running statistic.
    Result<std::vector<float>> ofParameter(std::string_view name) const;
    /// Computes the gradients of all parameters at once, as ofParameter() would. Cancelled; Unsupported as there.
    virtual Result<void> computeParameters(const std::stop_token &) const { return {}; }
    Result<Tensor> ofInput() const { return value(0); }
    /// The time of each kernel of the backward pass, in order; LayerTime::layer is the layer that the kernel
    /// differentiates. Empty if the executor does not measure them.
    virtual std::vector<LayerTime> times() const { return {}; }

protected:
    /// J is a function of layer `layerOfJ`'s output. `network` must outlive the gradients.
    Gradients(const Network &network, int layerOfJ, std::vector<ImageObjective> objectives);

    virtual Result<Tensor> doValue(int layer) const = 0;
    virtual Result<BlockGradients> doOfBlock(int block) const = 0;
    /// The gradient of parametersOf(layers[layer])[index], which must be trained.
    virtual Result<std::vector<float>> doOfParameter(int layer, int index) const = 0;

private:
    Result<void> checkReach(int layer) const;

    const Network &m_network;
    int m_layerOfJ;
    std::vector<ImageObjective> m_objectives;
};

class DifferentiableTrace : public Trace {
public:
    /// Differentiates with batch norms in evaluation mode. The masks and max-pool choices come from the trace. So do
    /// alpha and beta, unless `options` has scales; these then apply to the backward pass only. Polls options.stop, and
    /// measures no times. InvalidInput as check(Objective). The result stays valid after the trace, as long as the
    /// executor lives.
    Result<std::unique_ptr<Gradients>> backward(const Objective &objective, const RunOptions &options) const;
    /// The same for any J that is linear in one layer's output.
    Result<std::unique_ptr<Gradients>> backwardFrom(const LinearFunctional &J, const RunOptions &options) const;
    /// The gradient at the stem's output by path length. Image k of the result is G_k, the sum over all paths that
    /// cross exactly k branches, k = 0 ... number of blocks; the sum of all G_k is the ordinary gradient. The
    /// computation is exact; docs/decompositions.md describes it. Scales and errors as backward(); Unsupported: a trace
    /// of several images, a plain network.
    Result<Tensor> gradientsByPathLength(const Objective &objective, const RunOptions &options) const;

protected:
    using Trace::Trace;

    /// `options` has one scale per block. If J is an objective, `J` holds its gradient at the logits, and `objectives`
    /// has one entry per image.
    virtual Result<std::unique_ptr<Gradients>> doBackward(LinearFunctional J, std::vector<ImageObjective> objectives,
                                                          const RunOptions &options) const = 0;
    virtual Result<Tensor> doGradientsByPathLength(Tensor atLogits, const RunOptions &options) const = 0;

private:
    /// `options`, with the trace's own scales if it has none.
    Result<RunOptions> checked(const RunOptions &options) const;
};

/// The backward pass of any executor's trace. Unsupported: this executor has none.
Result<std::unique_ptr<Gradients>> backward(const Trace &trace, const Objective &objective, const RunOptions &options);
Result<std::unique_ptr<Gradients>> backwardFrom(const Trace &trace, const LinearFunctional &J,
                                                const RunOptions &options);
/// Calls gradientsByPathLength() of any executor's trace. Unsupported: this executor has none.
Result<Tensor> gradientsByPathLength(const Trace &trace, const Objective &objective, const RunOptions &options);

} // namespace reslens::nn
