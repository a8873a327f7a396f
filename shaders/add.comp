// u = alpha * s + beta * F, element by element over packed texels. Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_BLOCK_SCALES
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer s;
layout(set = 0, binding = 1) uniform samplerBuffer F;
layout(set = 0, binding = 2) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 3) writeonly buffer Output { vec4 u[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        u[kFirstTexel + i] = alphaBeta[block].x * texelFetch(s, kFirstTexel + i) +
                             alphaBeta[block].y * texelFetch(F, kFirstTexel + i);
}
