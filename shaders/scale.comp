// y = a * x with one of the blocks' alphas and betas, element by element over packed texels: the backward pass of an
// identity shortcut. Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_FACTOR
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) readonly buffer Scales { float factors[]; };
layout(set = 0, binding = 2) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        y[kFirstTexel + i] = factors[factor] * texelFetch(x, kFirstTexel + i);
}
