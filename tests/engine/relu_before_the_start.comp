// relu.comp that also writes the texel before its tensor.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_COUNT
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        y[kFirstTexel + i] = rectified(texelFetch(x, kFirstTexel + i));
    if (i == 0)
        y[kZeroTexel] = vec4(1.0);
}
