// What every operation is to the engine, in one table: how it is computed, and how a gradient goes back through it.
#pragma once

#include "engine/gradient_program.h"

namespace reslens::engine {

struct Operation {
    Record forward; // null where the program has no step for it
    /// Emits the steps from the gradient at `layer`'s output to those at its inputs.
    void (*backward)(GradientWalk &walk, int layer, const Arriving &gradient);
};

/// An operation that has no row does not compile.
Operation operationOf(const nn::Op &op);

} // namespace reslens::engine
