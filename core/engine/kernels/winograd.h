// A convolution by Winograd's F(4x4, 3x3): engine/winograd.h.
#pragma once

#include "engine/kernels/convolve.h"

namespace reslens::engine {

/// What `what` says, in that form, in teams of `kind`. Returns the kernel's name with its variant.
std::string recordWinograd(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                           const ConvolvingBuffers &buffers, TeamKind kind);

} // namespace reslens::engine
