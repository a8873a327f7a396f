// Who fetches what several invocations of a convolution kernel read alike: shaders/include/team.glsl.
#pragma once

#include "vulkan/device_choice.h"

#include <string>
#include <string_view>

namespace reslens::engine {

enum class TeamKind {
    Alone,    // each invocation for itself: runs everywhere
    Subgroup, // a subgroup, by shuffles: for software devices
    Group,    // a workgroup, through shared memory: for GPUs
};

struct Team {
    TeamKind kind = TeamKind::Alone;
    int size = 1; // invocations

    /// The smallest multiple of whole teams that `invocations` fit in.
    int roundedUp(int invocations) const { return (invocations + size - 1) / size * size; }
    /// The name of `shader`'s flavour for this team.
    std::string flavour(std::string_view shader) const;
};

/// Invocations of a workgroup.
int localSize(const vulkan::DeviceFacts &device);

/// Whether kernels can work in such teams on this device.
bool isPossible(TeamKind kind, const vulkan::DeviceFacts &device);
/// `kind` must be possible.
Team makeTeam(TeamKind kind, const vulkan::DeviceFacts &device);
/// What is likely the fastest.
TeamKind preferredTeam(const vulkan::DeviceFacts &device);

} // namespace reslens::engine
