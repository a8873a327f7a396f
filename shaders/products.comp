// The inner products over the pixels, per image and channel, of all pairs of kTensors tensors of one shape. Each tensor
// is first multiplied by `scale`, because squares of tiny gradients would vanish. Packed tensors; chunks of rows as in
// moments.comp.
// Result: [chunk][N*C/4][pairs] texels, the pairs in the order aa ab ac bb bc cc; for two tensors aa ab bb.
// Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PRODUCTS
#include "interface.h"

layout(constant_id = 1) const int kTensors = kMostTensors;
const int kPairs = kTensors * (kTensors + 1) / 2;

layout(set = 0, binding = 0) uniform samplerBuffer a;
layout(set = 0, binding = 1) uniform samplerBuffer b;
layout(set = 0, binding = 2) uniform samplerBuffer c;
layout(set = 0, binding = 3) writeonly buffer Output { vec4 sums[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int quad = i % quads, firstRow = i / quads * rowsPerChunk, lastRow = min(firstRow + rowsPerChunk, height);
    int texel = kFirstTexel + (quad * height + firstRow) * width;
    vec4 total[6];
    [[unroll]] for (int k = 0; k < 6; ++k)
        total[k] = vec4(0.0);
    for (int h = firstRow; h < lastRow; ++h) {
        vec4 row[6];
        [[unroll]] for (int k = 0; k < 6; ++k)
            row[k] = vec4(0.0);
        for (int w = 0; w < width; ++w, ++texel) {
            const vec4 first = scale * texelFetch(a, texel);
            row[0] += first * first;
            if (kTensors > 1) {
                const vec4 second = scale * texelFetch(b, texel);
                row[1] += first * second;
                row[kTensors] += second * second;
                if (kTensors > 2) {
                    const vec4 third = scale * texelFetch(c, texel);
                    row[2] += first * third;
                    row[4] += second * third;
                    row[5] += third * third;
                }
            }
        }
        [[unroll]] for (int k = 0; k < 6; ++k)
            total[k] += row[k];
    }
    [[unroll]] for (int k = 0; k < 6; ++k)
        if (k < kPairs)
            sums[i * kPairs + k] = total[k];
}
