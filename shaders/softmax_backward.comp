// gx[n,k] = p[n,k] * sum_j p[n,j] * (gp[n,k] - gp[n,j]); p is a softmax's output. The difference avoids cancellation
// where one p is almost 1. Packed tensors with H = W = 1; one invocation for each quad of channels.
// Dispatch: ceil(count / local_size_x) groups, count = N*K/4.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_CLASSES
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer p;
layout(set = 0, binding = 1) uniform samplerBuffer gp;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int quads = (classes + 3) / 4, first = kFirstTexel + quotient(i, quads) * quads;
    const vec4 own = texelFetch(gp, kFirstTexel + i);
    vec4 sum = vec4(0.0);
    for (int quad = 0; quad < quads; ++quad) { // channels beyond the last have p = 0
        const vec4 others = texelFetch(p, first + quad), g = texelFetch(gp, first + quad);
        sum += others.x * (own - g.x) + others.y * (own - g.y) + others.z * (own - g.z) + others.w * (own - g.w);
    }
    gx[kFirstTexel + i] = texelFetch(p, kFirstTexel + i) * sum;
}
