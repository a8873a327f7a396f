// gx = dy/dx * gy of activate.comp, element by element over packed texels. x has `period` texels, which are for the
// gradients of one image after the other.
// Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_ACTIVATE
#include "interface.h"

layout(constant_id = 1) const bool kIsSilu = true;

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

/// With p = sigmoid(x): p (1 + x (1 - p)).
vec4 derivative(vec4 value)
{
    const vec4 p = 1.0 / (1.0 + exp(-value));
    return kIsSilu ? p * (1.0 + value * (1.0 - p)) : mix(vec4(1.0), vec4(slope), lessThanEqual(value, vec4(0.0)));
}

void main()
{
    const int i = invocation();
    if (i < count)
        gx[kFirstTexel + i] = texelFetch(gy, kFirstTexel + i) *
                              derivative(texelFetch(x, kFirstTexel + i - quotient(i, period) * period));
}
