// A table of kTable texels that a team of invocations reads alike. Who fetches it is the flavour that a shader is
// compiled in (shaders/CMakeLists.txt), since what each needs must be declared in its SPIR-V:
// - TEAM_ALONE:    a team is one invocation, which fetches the whole table. Runs everywhere.
// - TEAM_SUBGROUP: a team is a subgroup; each invocation fetches its share, and shuffles hand it round. Where texel
//                  fetches are dear (llvmpipe: some 60 instructions each) and shuffles by constants are one instruction.
// - TEAM_GROUP:    a team is a workgroup; its table lies in shared memory. For GPUs.
// The includer says what the table holds: `vec4 tableTexel(int t)`. A whole team takes part in takeTable(): no
// invocation may have left, and all of a team take turns alike.
#ifndef TEAM_GLSL
#define TEAM_GLSL
#extension GL_EXT_control_flow_attributes : require
#ifdef TEAM_SUBGROUP
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#endif
#include "packed.glsl"

layout(constant_id = 1) const int kTeam = 1; // invocations of a team
layout(constant_id = 2) const int kTable = 16;

vec4 tableTexel(int t);

#if defined(TEAM_SUBGROUP)

const int kShare = (kTable + kTeam - 1) / kTeam;
vec4 share[kShare];

void takeTable()
{
    [[unroll]] for (int i = 0; i < kShare; ++i)
        share[i] = tableTexel(min(i * kTeam + int(gl_SubgroupInvocationID), kTable - 1));
}

vec4 table(int t)
{
    return subgroupShuffle(share[t / kTeam], uint(t % kTeam));
}

/// This invocation's number, counted so that a team's follow each other.
int teamInvocation()
{
    const uint group = gl_WorkGroupID.x + gl_WorkGroupID.y * gl_NumWorkGroups.x;
    return int((group * gl_NumSubgroups + gl_SubgroupID) * gl_SubgroupSize + gl_SubgroupInvocationID);
}

#elif defined(TEAM_GROUP)

shared vec4 staged[kTable];

void takeTable()
{
    barrier(); // the last table has been read
    for (int t = int(gl_LocalInvocationIndex); t < kTable; t += kTeam)
        staged[t] = tableTexel(t);
    barrier();
}

vec4 table(int t)
{
    return staged[t];
}

int teamInvocation()
{
    return invocation();
}

#else

vec4 taken[kTable];

void takeTable()
{
    [[unroll]] for (int t = 0; t < kTable; ++t)
        taken[t] = tableTexel(t);
}

vec4 table(int t)
{
    return taken[t];
}

int teamInvocation()
{
    return invocation();
}

#endif
#endif
