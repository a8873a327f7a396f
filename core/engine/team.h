// Several invocations of a convolution kernel read the same values; a team fetches them once
// (shaders/include/team.glsl).
#pragma once

#include "vulkan/device_choice.h"

#include <string>
#include <string_view>

namespace reslens::engine {

enum class TeamKind {
    Alone,    // each invocation fetches for itself: runs everywhere
    Subgroup, // a subgroup, by shuffles: for software devices
    Group,    // a workgroup, through shared memory: for GPUs
};

struct Team {
    TeamKind kind = TeamKind::Alone;
    int size = 1; // invocations

    /// `invocations` rounded up to whole teams.
    int roundedUp(int invocations) const { return (invocations + size - 1) / size * size; }
    /// The name of `shader`'s flavour for this team.
    std::string flavour(std::string_view shader) const;
};

/// The number of invocations in a workgroup.
int localSize(const vulkan::DeviceFacts &device);

/// True if kernels can work in such teams on this device.
bool isPossible(TeamKind kind, const vulkan::DeviceFacts &device);
/// `kind` must be possible.
Team makeTeam(TeamKind kind, const vulkan::DeviceFacts &device);
/// The kind that is likely the fastest on this device.
TeamKind preferredTeam(const vulkan::DeviceFacts &device);

} // namespace reslens::engine
