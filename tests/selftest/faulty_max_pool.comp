// max_pool.comp, off by one: the last column of every window is forgotten.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_POOL
#include "interface.h"

layout(constant_id = 1) const int kKernel = 3;
layout(constant_id = 2) const int kStride = 2;

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int outPlane = outHeight * outWidth;
    const int quad = i / outPlane, inPlane = i - quad * outPlane; // of all N*C/4 quads
    const int p = inPlane / outWidth, q = inPlane - p * outWidth;
    const int first = kFirstTexel + quad * height * width;
    const int top = max(p * kStride - padding, 0), bottom = min(p * kStride - padding + kKernel, height);
    const int left = max(q * kStride - padding, 0), right = min(q * kStride - padding + kKernel - 1, width);
    vec4 largest = texelFetch(x, first + top * width + left);
    for (int h = top; h < bottom; ++h)
        for (int w = left; w < right; ++w) {
            const vec4 value = texelFetch(x, first + h * width + w);
            largest = mix(largest, value, isNotANumber(value));
            largest = mix(largest, value, greaterThan(value, largest));
        }
    y[kFirstTexel + i] = largest;
}
