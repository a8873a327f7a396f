// The table of operations: how the engine computes each one, and how a gradient goes back through it.
#pragma once

#include "engine/gradient_program.h"

namespace reslens::engine {

struct Operation {
    Record forward; // null if the program has no step for it
    /// Emits the steps from the gradient at `layer`'s output to those at its inputs.
    void (*backward)(GradientWalk &walk, int layer, const Arriving &gradient);
};

/// An operation without a row does not compile.
Operation operationOf(const nn::Op &op);

} // namespace reslens::engine
