// One block's sums over the pixels, per image and channel, for skip shares, alignment, clipping and the rest. Packed
// tensors; chunks of rows as in moments.comp.
// Result: [chunk][N*C/4][kSums] texels in the order of the constants below (core/nn/trace_sums.h has the names).
// Without a shortcut (hasShortcut = 0) the sums with s have no meaning. Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_CHUNKS
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer shortcut;
layout(set = 0, binding = 1) uniform samplerBuffer branch;
layout(set = 0, binding = 2) uniform samplerBuffer sum_;
layout(set = 0, binding = 3) uniform samplerBuffer output_;
layout(set = 0, binding = 4) writeonly buffer Output { vec4 sums[]; };

const int kSS = 0, kFF = 1, kUU = 2, kYY = 3, kSF = 4, kSU = 5, kFU = 6, kSY = 7, kClippedCount = 8, kClippedEnergy = 9,
          kWrite = 10, kErase = 11, kKill = 12, kSums = kBlockSumKinds;

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int quad = i % quads, firstRow = i / quads * rowsPerChunk, lastRow = min(firstRow + rowsPerChunk, height);
    int texel = kFirstTexel + (quad * height + firstRow) * width;
    vec4 total[kSums];
    [[unroll]] for (int k = 0; k < kSums; ++k)
        total[k] = vec4(0.0);
    for (int h = firstRow; h < lastRow; ++h) {
        vec4 row[kSums];
        [[unroll]] for (int k = 0; k < kSums; ++k)
            row[k] = vec4(0.0);
        for (int w = 0; w < width; ++w, ++texel) {
            const vec4 s = texelFetch(shortcut, texel), F = texelFetch(branch, texel);
            const vec4 u = texelFetch(sum_, texel), y = texelFetch(output_, texel);
            // This selects instead of multiplying by 0 or 1, because 0 times infinity is NaN.
            const bvec4 passes = greaterThan(u, vec4(0.0));
            const vec4 positive = mix(vec4(0.0), max(F, vec4(0.0)), passes);
            const vec4 negative = mix(vec4(0.0), min(F, vec4(0.0)), passes);
            const vec4 clipped = mix(u, vec4(0.0), passes), killed = mix(s, vec4(0.0), passes);
            row[kSS] += s * s;
            row[kFF] += F * F;
            row[kUU] += u * u;
            row[kYY] += y * y;
            row[kSF] += s * F;
            row[kSU] += s * u;
            row[kFU] += F * u;
            row[kSY] += s * y;
            row[kClippedCount] += vec4(not(passes));
            row[kClippedEnergy] += clipped * clipped;
            row[kWrite] += positive * positive;
            row[kErase] += negative * negative;
            row[kKill] += killed * killed;
        }
        [[unroll]] for (int k = 0; k < kSums; ++k)
            total[k] += row[k];
    }
    [[unroll]] for (int k = 0; k < kSums; ++k)
        sums[i * kSums + k] = total[k];
}
