// The sums of a 3x3 convolution with stride 1 and padding 1 by Winograd's F(4x4, 3x3), with a quarter of the
// multiplications: y = A^T (sum over c of (G g G^T) * (B^T d B)) A. Here * is the elementwise product, for every 4x4
// tile of y and its 6x6 window d of x (Lavin and Gray 2015, arXiv 1509.09308, section 4).
//
// Packed tensors (packed.glsl). An invocation computes a tile of kOutQuads quads of channels. It transforms each quad
// of its window in registers and never stores the products of the 36 places. Weights: G g G^T as
// [K/(4*kOutQuads)][C/4][36 places][kOutQuads][4 lanes of c] texels of four k. A team's invocations differ only in
// their tiles, so the weights of a quad of c are the table of team.glsl.
#ifndef WINOGRAD_GLSL
#define WINOGRAD_GLSL
#include "operands.glsl"
#define PUSH_WINOGRAD
#include "interface.h"

const int kPlaces = kWinogradPlaces;
const int kOutQuads = kTable / (4 * kPlaces);

const float kA = kWinogradA, kB = kWinogradB, kA2 = kA * kA, kB2 = kB * kB;

/// Replaces one row (or column) d by B^T d.
void transformInput(inout vec4 d0, inout vec4 d1, inout vec4 d2, inout vec4 d3, inout vec4 d4, inout vec4 d5)
{
    const vec4 evenA = d4 - kB2 * d2, oddA = kA * (d3 - kB2 * d1), evenB = d4 - kA2 * d2, oddB = kB * (d3 - kA2 * d1);
    d0 = kA2 * kB2 * d0 - (kA2 + kB2) * d2 + d4;
    d5 = kA2 * kB2 * d1 - (kA2 + kB2) * d3 + d5;
    d1 = evenA + oddA;
    d2 = evenA - oddA;
    d3 = evenB + oddB;
    d4 = evenB - oddB;
}

/// Replaces one column (or row) m by A^T m, in its first four.
void transformOutput(inout vec4 m0, inout vec4 m1, inout vec4 m2, inout vec4 m3, vec4 m4, vec4 m5)
{
    const vec4 evenA = m1 + m2, oddA = kA * (m1 - m2), evenB = m3 + m4, oddB = kB * (m3 - m4);
    m0 = m0 + evenA + evenB;
    m1 = oddA + oddB;
    m2 = kA2 * evenA + kB2 * evenB;
    m3 = kA2 * oddA + kB2 * oddB + m5;
}

const int kNowhere = -0x40000000;

int image, firstRow, firstColumn, outBlock; // for this invocation's tile, which exists if isTile
bool isTile;

/// The sum for place p and quad outBlock * kOutQuads + o is at [p * kOutQuads + o].
vec4 sum[kPlaces * kOutQuads];

/// Computes `sum`. Invocations beyond the last tile or block take part, for their team; their sums are not stored.
void multiply()
{
    const int id = teamInvocation();
    outBlock = quotient(id, teamTiles);
    const int tileOfAll = id - outBlock * teamTiles, perImage = tiles.x * tiles.y;
    image = quotient(tileOfAll, perImage);
    const int tile = tileOfAll - image * perImage, row = quotient(tile, tiles.y);
    firstRow = row * 4;
    firstColumn = (tile - row * tiles.y) * 4;
    isTile = tileOfAll < tileCount && outBlock < outBlocks;

    const int plane = size.x * size.y, quads = inQuads;
    int at[kPlaces];
    const int first = kFirstTexel + image * quads * plane;
    [[unroll]] for (int i = 0; i < 6; ++i)
        [[unroll]] for (int j = 0; j < 6; ++j) {
            const int h = firstRow - 1 + i, w = firstColumn - 1 + j;
            const bool isInside = isTile && uint(h) < uint(size.x) && uint(w) < uint(size.y);
            at[i * 6 + j] = isInside ? first + h * size.y + w : kNowhere;
        }
    [[unroll]] for (int s = 0; s < kPlaces * kOutQuads; ++s)
        sum[s] = vec4(0.0);

    prepareTable();
    tableAt = outBlock * quads * kTable;
    int from = 0;
    for (int turn = quads; turn > 0; --turn) {
        takeTable();
        vec4 d[kPlaces];
        [[unroll]] for (int i = 0; i < 6; ++i) { // transforms each row at once, while it is in registers
            const int r = i * 6;
            [[unroll]] for (int j = 0; j < 6; ++j)
                d[r + j] = texelFetch(x, max(at[r + j] + from, kZeroTexel));
            transformInput(d[r], d[r + 1], d[r + 2], d[r + 3], d[r + 4], d[r + 5]);
        }
        [[unroll]] for (int j = 0; j < 6; ++j) {
            transformInput(d[j], d[6 + j], d[12 + j], d[18 + j], d[24 + j], d[30 + j]);
            [[unroll]] for (int i = 0; i < 6; ++i)
                [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
                    const int p = i * 6 + j, s = p * kOutQuads + o;
                    sum[s] = sum[s] + table(s * 4) * d[p].x + table(s * 4 + 1) * d[p].y + table(s * 4 + 2) * d[p].z +
                             table(s * 4 + 3) * d[p].w;
                }
        }
        tableAt += kTable;
        from += plane;
    }
}

/// A^T sum A + bias of quad outBlock * kOutQuads + o, in rows of four.
void outputTile(int o, out vec4 values[16])
{
    vec4 m[kPlaces];
    [[unroll]] for (int p = 0; p < kPlaces; ++p)
        m[p] = sum[p * kOutQuads + o];
    [[unroll]] for (int j = 0; j < 6; ++j)
        transformOutput(m[j], m[6 + j], m[12 + j], m[18 + j], m[24 + j], m[30 + j]);
    const vec4 b = texelFetch(bias, min(outBlock * kOutQuads + o, outQuads - 1));
    [[unroll]] for (int i = 0; i < 4; ++i) {
        const int r = i * 6;
        transformOutput(m[r], m[r + 1], m[r + 2], m[r + 3], m[r + 4], m[r + 5]);
        [[unroll]] for (int j = 0; j < 4; ++j)
            values[i * 4 + j] = m[r + j] + b;
    }
}

bool isStored(int i, int j, int o)
{
    return isTile && firstRow + i < size.x && firstColumn + j < size.y && outBlock * kOutQuads + o < outQuads;
}

/// The texel of row i and column j of the tile, and quad outBlock * kOutQuads + o.
int outputTexel(int i, int j, int o)
{
    return kFirstTexel + ((image * outQuads + outBlock * kOutQuads + o) * size.x + firstRow + i) * size.y +
           firstColumn + j;
}

#endif
