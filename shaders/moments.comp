// The sum and the sum of squares of x over the pixels, per image and channel. Packed tensors; one invocation per quad
// of channels and chunk of rows. It goes row by row, so the order is fixed and the error grows only with the rows and
// columns of a chunk. The CPU adds the chunks in double precision.
// Result: [chunk][N*C/4][2] texels: sum, square. Dispatch: ceil(count / local_size_x) groups, count = chunks * N*C/4.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_CHUNKS
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 sums[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int quad = i % quads, firstRow = i / quads * rowsPerChunk, lastRow = min(firstRow + rowsPerChunk, height);
    int texel = kFirstTexel + (quad * height + firstRow) * width;
    vec4 sum = vec4(0.0), square = vec4(0.0);
    for (int h = firstRow; h < lastRow; ++h) {
        vec4 rowSum = vec4(0.0), rowSquare = vec4(0.0);
        for (int w = 0; w < width; ++w) {
            const vec4 value = texelFetch(x, texel++);
            rowSum += value;
            rowSquare += value * value;
        }
        sum += rowSum;
        square += rowSquare;
    }
    sums[i * 2] = sum;
    sums[i * 2 + 1] = square;
}
