// V = B^T d B of every 6x6 window d of x, which overlap by two pixels: the first step of a 3x3 convolution with stride 1
// and padding 1 by Winograd's F(4x4, 3x3) (Lavin and Gray 2015, arXiv 1509.09308, section 4).
// Packed tensors (include/packed.glsl). V has 36 times the channels of x, those of each of the 36 places together, and a
// pixel for each tile of 4x4 outputs. Dispatch: count = N*C/4*tiles invocations.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push {
    int count;
    int quads;         // C/4
    int height, width; // of x
    int tileRows, tileColumns;
};
layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 v[]; };

/// B^T d of one column (or row) d.
void transform(inout vec4 d0, inout vec4 d1, inout vec4 d2, inout vec4 d3, inout vec4 d4, inout vec4 d5)
{
    const vec4 a = d4 - 4.0 * d2, b = d3 - 4.0 * d1, c = d4 - d2, e = 2.0 * (d3 - d1);
    d0 = 4.0 * d0 - 5.0 * d2 + d4;
    d5 = 4.0 * d1 - 5.0 * d3 + d5;
    d1 = a + b;
    d2 = a - b;
    d3 = c + e;
    d4 = c - e;
}

void main()
{
    const int id = invocation();
    if (id >= count)
        return;
    const int tiles = tileRows * tileColumns;
    const int quadOfAll = quotient(id, tiles), tile = id - quadOfAll * tiles;
    const int n = quotient(quadOfAll, quads), quad = quadOfAll - n * quads;
    const int row = quotient(tile, tileColumns), column = tile - row * tileColumns;
    const int top = row * 4 - 1, left = column * 4 - 1, first = kFirstTexel + quadOfAll * height * width;
    vec4 d[36];
    [[unroll]] for (int i = 0; i < 6; ++i)
        [[unroll]] for (int j = 0; j < 6; ++j) {
            const bool isInside = uint(top + i) < uint(height) && uint(left + j) < uint(width);
            d[i * 6 + j] = texelFetch(x, isInside ? first + (top + i) * width + left + j : kZeroTexel);
        }
    [[unroll]] for (int j = 0; j < 6; ++j)
        transform(d[j], d[6 + j], d[12 + j], d[18 + j], d[24 + j], d[30 + j]);
    [[unroll]] for (int i = 0; i < 6; ++i)
        transform(d[i * 6], d[i * 6 + 1], d[i * 6 + 2], d[i * 6 + 3], d[i * 6 + 4], d[i * 6 + 5]);
    [[unroll]] for (int place = 0; place < 36; ++place)
        v[kFirstTexel + ((n * 36 + place) * quads + quad) * tiles + tile] = d[place];
}
