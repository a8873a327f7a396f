// gx[k] = gs[k] + gF[k-1] for k = 0 ... K: gradients by path length after a block. gs came through its skip; gF came
// through its branch and has crossed one branch more. gs[K] and gF[-1] count as zero. Packed texels, `period` for each
// k. Dispatch: ceil(count / local_size_x) groups, count = (K + 1) * image.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PERIODIC
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer gs;
layout(set = 0, binding = 1) uniform samplerBuffer gF;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    // The zero texel replaces missing ones.
    gx[kFirstTexel + i] = texelFetch(gs, i < count - period ? kFirstTexel + i : kZeroTexel) +
                          texelFetch(gF, i >= period ? kFirstTexel + i - period : kZeroTexel);
}
