// relu_backward.comp that lets the gradient pass where the output is 0.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push { int count; int period; };
layout(set = 0, binding = 0) uniform samplerBuffer y;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        gx[kFirstTexel + i] = mix(vec4(0.0), texelFetch(gy, kFirstTexel + i),
                                  greaterThanEqual(texelFetch(y, kFirstTexel + i % period), vec4(0.0)));
}
