// y = A^T m A + b of every tile: the last step of a convolution by Winograd's F(4x4, 3x3); see winograd_input.comp. m is
// what the products of the 36 places give, laid out as V there. What rides behind it: include/epilogue.glsl.
// Dispatch: count = N*K/4*tiles invocations.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push {
    int count;
    int quads;         // K/4
    int height, width; // of y
    int tileRows, tileColumns;
    int block, epilogue;
};
layout(set = 0, binding = 0) uniform samplerBuffer m;
layout(set = 0, binding = 1) uniform samplerBuffer bias;
layout(set = 0, binding = 2) uniform samplerBuffer operand; // of the epilogue
layout(set = 0, binding = 3) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 4) writeonly buffer Output { vec4 y[]; };

#include "epilogue.glsl"

/// A^T m of one column (or row): its first four.
void transform(inout vec4 m0, inout vec4 m1, inout vec4 m2, inout vec4 m3, vec4 m4, vec4 m5)
{
    const vec4 a = m1 + m2, b = m1 - m2, c = m3 + m4, e = m3 - m4;
    m0 = m0 + a + c;
    m1 = b + 2.0 * e;
    m2 = a + 4.0 * c;
    m3 = b + 8.0 * e + m5;
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
    vec4 p[36];
    [[unroll]] for (int place = 0; place < 36; ++place)
        p[place] = texelFetch(m, kFirstTexel + ((n * 36 + place) * quads + quad) * tiles + tile);
    [[unroll]] for (int j = 0; j < 6; ++j)
        transform(p[j], p[6 + j], p[12 + j], p[18 + j], p[24 + j], p[30 + j]);
    [[unroll]] for (int i = 0; i < 4; ++i)
        transform(p[i * 6], p[i * 6 + 1], p[i * 6 + 2], p[i * 6 + 3], p[i * 6 + 4], p[i * 6 + 5]);

    const vec4 b = texelFetch(bias, quad);
    const vec2 scale = blockScale();
    const int first = kFirstTexel + quadOfAll * height * width;
    [[unroll]] for (int i = 0; i < 4; ++i)
        [[unroll]] for (int j = 0; j < 4; ++j) {
            const int h = row * 4 + i, w = column * 4 + j;
            if (h < height && w < width) {
                const int at = first + h * width + w;
                y[at] = finished(p[i * 6 + j] + b, at, scale);
            }
        }
}
