// y[n,k] = exp(x[n,k] - max_j x[n,j]) / sum_j exp(x[n,j] - max_j x[n,j]). Packed tensors with H = W = 1.
// Channels beyond K in the last quad take no part and become 0. One workgroup of kLanes per image; partial maxima and
// sums are combined in shared memory, in a fixed tree. Dispatch: N groups.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_SOFTMAX
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

const float kLowest = -3.402823466e38;
shared float partial[gl_WorkGroupSize.x];

vec4 logits(int quad, float outside)
{
    vec4 value = texelFetch(x, kFirstTexel + quad);
    [[unroll]] for (int lane = 0; lane < 4; ++lane)
        if (quad % ((classes + 3) / 4) * 4 + lane >= classes)
            value[lane] = outside;
    return value;
}

void main()
{
    const int quads = (classes + 3) / 4, first = int(gl_WorkGroupID.x) * quads;
    const int lane = int(gl_LocalInvocationID.x), lanes = int(gl_WorkGroupSize.x);

    float largest = kLowest;
    for (int quad = lane; quad < quads; quad += lanes) {
        const vec4 value = logits(first + quad, kLowest);
        largest = max(largest, max(max(value.x, value.y), max(value.z, value.w)));
    }
    partial[lane] = largest;
    for (int half_ = lanes / 2; half_ > 0; half_ /= 2) {
        barrier();
        if (lane < half_)
            partial[lane] = max(partial[lane], partial[lane + half_]);
    }
    barrier();
    largest = partial[0];
    barrier();

    float sum = 0.0;
    for (int quad = lane; quad < quads; quad += lanes) {
        const vec4 e = exp(logits(first + quad, kLowest) - largest);
        sum += (e.x + e.y) + (e.z + e.w);
    }
    partial[lane] = sum;
    for (int half_ = lanes / 2; half_ > 0; half_ /= 2) {
        barrier();
        if (lane < half_)
            partial[lane] += partial[lane + half_];
    }
    barrier();
    sum = partial[0];

    for (int quad = lane; quad < quads; quad += lanes)
        y[kFirstTexel + first + quad] = exp(logits(first + quad, kLowest) - largest) / sum;
}
