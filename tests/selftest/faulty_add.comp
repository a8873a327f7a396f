// add.comp with a wrong constant: the branch counts a thousandth too much.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push { int count; int block; };
layout(set = 0, binding = 0) uniform samplerBuffer s;
layout(set = 0, binding = 1) uniform samplerBuffer F;
layout(set = 0, binding = 2) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 3) writeonly buffer Output { vec4 u[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        u[kFirstTexel + i] = alphaBeta[block].x * texelFetch(s, kFirstTexel + i) +
                             1.001 * alphaBeta[block].y * texelFetch(F, kFirstTexel + i);
}
