// The three dispatches of a convolution by Winograd's F(4x4, 3x3): engine/winograd.h.
#pragma once

#include "engine/kernels/convolve.h"
#include "engine/scratch.h"

namespace reslens::engine {

inline constexpr std::uint32_t kDispatchesPerStep = 3; // of a forward pass, at the most: Winograd's

/// What the transformed form of layer `layer` needs besides.
struct WinogradNeeds {
    const DeviceWeights &weights;
    int layer;
    Scratch &scratch;
};

/// A forward convolution in the form that `choice` says. Returns the kernel's name with its variant.
std::string recordChosen(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                         const ConvolvingBuffers &buffers, const KernelChoice &choice, const WinogradNeeds &needs);

} // namespace reslens::engine
