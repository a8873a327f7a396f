// norm[n,h,w] = sqrt(sum_c x[n,c,h,w]^2). Packed tensors; one invocation per pixel. The quads' sums of four are added
// in groups of kGroup, so the error grows at most with sqrt(C).
// Dispatch: ceil(count / local_size_x) groups, count = N*H*W.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PIXEL_NORMS
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { float norms[]; };

const int kGroup = 16;

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int n = quotient(i, plane), first = kFirstTexel + n * quads * plane + (i - n * plane);
    float sum = 0.0;
    for (int begin = 0; begin < quads; begin += kGroup) {
        vec4 group = vec4(0.0);
        for (int quad = begin; quad < min(begin + kGroup, quads); ++quad) {
            const vec4 value = texelFetch(x, first + quad * plane);
            group += value * value;
        }
        sum += (group.x + group.y) + (group.z + group.w);
    }
    norms[i] = sqrt(sum);
}
