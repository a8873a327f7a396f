// gx = [y > 0] * gy, element by element over packed texels. y is the ReLU's output: `period` texels, which mask the
// gradients of one image after the other. If y is NaN, the gradient passes, as in PyTorch.
// Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PERIODIC
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer y;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        gx[kFirstTexel + i] =
            mix(texelFetch(gy, kFirstTexel + i), vec4(0.0),
                lessThanEqual(texelFetch(y, kFirstTexel + i - quotient(i, period) * period), vec4(0.0)));
}
