// A table of kTable texels that all invocations of a team read. The flavour in which a shader is compiled decides who
// fetches it (shaders/CMakeLists.txt), because each flavour needs other declarations in the SPIR-V:
// - TEAM_ALONE:    a team is one invocation, which fetches the whole table. Runs everywhere.
// - TEAM_SUBGROUP: a team is a subgroup; each invocation fetches its share and passes it on by shuffles. For devices on
//                  which texel fetches are expensive (llvmpipe: some 60 instructions each) and a shuffle by a constant
//                  is one instruction.
// - TEAM_GROUP:    a team is a workgroup; its table lies in shared memory. For GPUs.
// The includer says what the table holds: `vec4 tableTexel(int place)`. `int tablePlace(int t)` is the part of texel
// t's place that is the same in every turn. prepareTable() computes it once, before the first turn, because llvmpipe
// does not move anything out of a loop. A whole team takes part in takeTable(): no invocation may have left, and all
// take the same number of turns.
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

int tablePlace(int t);
vec4 tableTexel(int place);

#if defined(TEAM_SUBGROUP)

const int kShare = (kTable + kTeam - 1) / kTeam;
int place[kShare];
vec4 share[kShare];

void prepareTable()
{
    [[unroll]] for (int i = 0; i < kShare; ++i)
        place[i] = tablePlace(min(i * kTeam + int(gl_SubgroupInvocationID), kTable - 1));
}

void takeTable()
{
    [[unroll]] for (int i = 0; i < kShare; ++i)
        share[i] = tableTexel(place[i]);
}

vec4 table(int t)
{
    return subgroupShuffle(share[t / kTeam], uint(t % kTeam));
}

/// This invocation's number, counted so that the numbers of a team are consecutive.
int teamInvocation()
{
    const uint group = gl_WorkGroupID.x + gl_WorkGroupID.y * gl_NumWorkGroups.x;
    return int((group * gl_NumSubgroups + gl_SubgroupID) * gl_SubgroupSize + gl_SubgroupInvocationID);
}

#elif defined(TEAM_GROUP)

shared vec4 staged[kTable];

void prepareTable() {}

void takeTable()
{
    barrier(); // everybody has read the last table
    for (int t = int(gl_LocalInvocationIndex); t < kTable; t += kTeam)
        staged[t] = tableTexel(tablePlace(t));
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

void prepareTable() {}

void takeTable()
{
    [[unroll]] for (int t = 0; t < kTable; ++t)
        taken[t] = tableTexel(tablePlace(t));
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
