// One backward pass: what the objective's change is at every layer, block and parameter.
#pragma once

#include "nn/executor.h"
#include "nn/objective.h"

#include <string_view>

namespace reslens::nn {

/// At one block, as docs/decompositions.md defines them; each of the shape of y (gy) or x (the others).
struct BlockGradients {
    Tensor gy; // dJ/dy
    Tensor gs; // through the skip: alpha * (ds/dx)^T g_u; empty in a plain block
    Tensor gF; // through the branch: beta * (dF/dx)^T g_u
    Tensor gx; // arriving at x: gs + gF
};

/// J is the sum of the images' objectives, so the n-th image of every gradient but a parameter's is that of J_n alone.
///
/// All may be computed when they are asked for, again where memory did not suffice to keep them: ErrorKind::Unsupported
/// if the trace that they are of has run again since.
class Gradients {
public:
    virtual ~Gradients() = default;
    /// One per image: J_n, and the classes that it speaks of.
    virtual const std::vector<ImageObjective> &objectives() const = 0;
    /// dJ / d output of layer `layer`; layer 0 is the input. ErrorKind::NotFound: no such layer;
    /// ErrorKind::Unsupported: the probabilities (J is a function of the logits), or an output folded away.
    virtual Result<Tensor> value(int layer) const = 0;
    /// ErrorKind::NotFound: no such block.
    virtual Result<BlockGradients> ofBlock(int block) const = 0;
    /// dJ / d parameter of the checkpoint, by its name, in its order of elements; summed over the images.
    /// May compute it now, with its neighbours'. ErrorKind::NotFound: no such parameter; ErrorKind::Unsupported: a
    /// running statistic, or the trace has run again since and it was not computed before.
    virtual Result<std::vector<float>> ofParameter(std::string_view name) const = 0;
    /// Computes those of all parameters that ofParameter() would. ErrorKind::Cancelled; Unsupported as there.
    virtual Result<void> computeParameters(std::stop_token) const { return {}; }
    Result<Tensor> ofInput() const { return value(0); }
    /// Of each kernel of the backward pass, in their order; LayerTime::layer is the one that it differentiates. Empty
    /// where the executor has no such times.
    virtual std::vector<LayerTime> times() const { return {}; }
};

class DifferentiableTrace : public Trace {
public:
    /// Batch norms in evaluation mode. Masks and max-pool choices are the trace's, and so are alpha and beta, unless
    /// `options` holds scales: those then count in the backward pass alone. Also polls options.stop; times nothing.
    /// ErrorKind::InvalidInput as check(Objective). The result stays valid after the trace, while the executor lives.
    virtual Result<std::unique_ptr<Gradients>> backward(const Objective &objective,
                                                        const RunOptions &options) const = 0;
    /// The gradient at the stem's output by path length: image k of the result is G_k, the sum over all paths that
    /// cross exactly k branches, k = 0 ... number of blocks; their sum is the ordinary gradient. Carried through the
    /// network as docs/decompositions.md says, exactly. Scales and errors as backward(); ErrorKind::Unsupported: a
    /// trace of several images, a plain network.
    virtual Result<Tensor> gradientsByPathLength(const Objective &objective, const RunOptions &options) const = 0;
};

/// The backward pass of any executor's trace. ErrorKind::Unsupported: this executor has none.
Result<std::unique_ptr<Gradients>> backward(const Trace &trace, const Objective &objective, const RunOptions &options);
/// The same for DifferentiableTrace::gradientsByPathLength().
Result<Tensor> gradientsByPathLength(const Trace &trace, const Objective &objective, const RunOptions &options);

/// What must hold before a gradient by path length: one image, at least one block with a shortcut.
Result<void> checkPathLengths(const Network &network, Shape input);

} // namespace reslens::nn
