// y = a + b, element by element over packed texels. Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_COUNT
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer a;
layout(set = 0, binding = 1) uniform samplerBuffer b;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        y[kFirstTexel + i] = texelFetch(a, kFirstTexel + i) + texelFetch(b, kFirstTexel + i);
}
