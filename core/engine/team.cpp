#include "engine/team.h"

namespace reslens::engine {

std::string Team::flavour(std::string_view shader) const
{
    const char *suffix = kind == TeamKind::Alone ? "_alone" : kind == TeamKind::Subgroup ? "_subgroup" : "_group";
    return std::string(shader) + suffix;
}

int localSize(const vulkan::DeviceFacts &device)
{
    // Software devices hand out whole workgroups to threads: smaller ones balance better.
    return device.kind == vulkan::DeviceKind::Cpu ? 16 : 64;
}

bool isPossible(TeamKind kind, const vulkan::DeviceFacts &device)
{
    // A software device's subgroup is its vector and always whole. A GPU's may be smaller than it reports.
    return kind != TeamKind::Subgroup || (device.kind == vulkan::DeviceKind::Cpu && device.shuffledSubgroup > 1 &&
                                          localSize(device) % int(device.shuffledSubgroup) == 0);
}

Team makeTeam(TeamKind kind, const vulkan::DeviceFacts &device)
{
    switch (kind) {
    case TeamKind::Subgroup:
        return {kind, int(device.shuffledSubgroup)};
    case TeamKind::Group:
        return {kind, localSize(device)};
    case TeamKind::Alone:
        break;
    }
    return {};
}

TeamKind preferredTeam(const vulkan::DeviceFacts &device)
{
    if (device.kind != vulkan::DeviceKind::Cpu)
        return TeamKind::Group;
    return isPossible(TeamKind::Subgroup, device) ? TeamKind::Subgroup : TeamKind::Alone;
}

} // namespace reslens::engine
