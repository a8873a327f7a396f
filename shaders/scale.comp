// y = alpha * x with the block's skip scale, element by element over packed texels: what an identity shortcut does to
// its gradient. Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push { int count; int block; };
layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 2) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        y[kFirstTexel + i] = alphaBeta[block].x * texelFetch(x, kFirstTexel + i);
}
