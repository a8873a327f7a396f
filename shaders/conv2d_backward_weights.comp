// gw[k,c,r,s] = factor * sum_{n,p,q} gy[n,k,p,q] * x[n, c, p*stride+r*dilation-padding, q*stride+s*dilation-padding]: the gradient with
// respect to a convolution's (folded) weights. The factor is 1 or the block's beta or alpha.
//
// Packed tensors (include/packed.glsl). Each invocation computes 4*kOutQuads outputs k times 4*kInQuads inputs c of one
// tap, over one of `chunks` shares of the rows (n, p). It goes along a row kRun pixels at a time. A team's invocations
// differ only in their taps and inputs, so gy at these pixels is the table of team.glsl.
// Result, as four-k texels: [chunk][K/(4*kOutQuads)][R*S][C/(4*kInQuads)][4*kInQuads lanes of c][kOutQuads]. The chunks
// are summed afterwards, in order, so the bits are the same every time.
// Grouped: C and K count one group's channels in the row of weights of an output block.
// Dispatch: chunks * outBlocks * cells invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "team.glsl"
#define PUSH_BACKWARD_WEIGHTS
#include "interface.h"

layout(constant_id = 3) const int kInQuads = 2;
const int kOutQuads = kTable / kRun;

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 3) writeonly buffer Output { vec4 gw[]; };

#include "block_factor.glsl"

// Replaces a missing texel: any sum with it is negative, and negative indices read as zero.
const int kNowhere = -0x10000000;

int outBlock;
int rowAt, column, columns; // this turn: gy's texel of the row's first pixel, and the run's first column; in every turn: gy's width

/// The place of quad t / kRun of the block at pixel u = t % kRun of the run: (texel << 2) + u, without the part that
/// changes from turn to turn.
int tablePlace(int t)
{
    const int o = t / kRun, u = t % kRun;
    return ((outBlock * kOutQuads + o < outQuads ? o * outHeight * outWidth + u : kNowhere) << 2) + u;
}

vec4 tableTexel(int place)
{
    const bool isColumn = column + (place & 3) < columns;
    return texelFetch(gy, isColumn ? max(rowAt + column + (place >> 2), kZeroTexel) : kZeroTexel);
}

void main()
{
    const int id = teamInvocation(), taps = kernel * kernel;
    const int team = quotient(id, cells), cell = id - team * cells, chunk = quotient(team, outBlocks);
    outBlock = team - chunk * outBlocks;
    const int tap = quotient(cell, inBlocks), inBlock = cell - tap * inBlocks;
    const int firstInQuad = quotient(outBlock, outBlocksPerGroup) * inQuads + inBlock * kInQuads;

    vec4 sum[kInQuads * 4 * kOutQuads]; // [lane of c][quad of k]
    [[unroll]] for (int i = 0; i < kInQuads * 4 * kOutQuads; ++i)
        sum[i] = vec4(0.0);

    // The loop's invariants are computed before it, because llvmpipe does not move anything out of a loop.
    const int rowsOfX = height, columnsOfX = width, rowsOfGy = outHeight, step = stride;
    const int planeOfX = height * width, imageOfX = inQuadsTotal * planeOfX, imageOfGy = outQuads * outHeight * outWidth;
    const int tapRow = quotient(tap, kernel) * dilation - padding;
    const int tapColumn = (tap - quotient(tap, kernel) * kernel) * dilation - padding;
    int quadAt[kInQuads];
    [[unroll]] for (int i = 0; i < kInQuads; ++i)
        quadAt[i] = inBlock * kInQuads + i < inQuads ? (firstInQuad + i) * planeOfX : kNowhere;
    const int share = (rows + chunks - 1) / chunks, lastRow = min((chunk + 1) * share, rows) - 1;
    columns = outWidth;
    prepareTable();

    // One loop covers rows and runs, because the sums would be copied into and out of an inner one. After the last row
    // x and gy are zero, so all invocations of a team take the same number of turns.
    int row = chunk * share, n = quotient(row, outHeight), p = row - n * outHeight;
    column = 0;
    for (int turn = share * quotient(columns + kRun - 1, kRun); turn > 0; --turn) {
        const int h = p * step + tapRow;
        const bool isRow = row <= lastRow;
        rowAt = isRow ? kFirstTexel + n * imageOfGy + outBlock * kOutQuads * rowsOfGy * columns + p * columns : kNowhere;
        takeTable();
        const int rowOfX = isRow && uint(h) < uint(rowsOfX) ? kFirstTexel + n * imageOfX + h * columnsOfX : kNowhere;
        vec4 value[kInQuads * kRun];
        [[unroll]] for (int u = 0; u < kRun; ++u) {
            const int w = (column + u) * step + tapColumn;
            const bool isColumn = column + u < columns && uint(w) < uint(columnsOfX);
            [[unroll]] for (int i = 0; i < kInQuads; ++i)
                value[i * kRun + u] = texelFetch(x, isColumn ? max(rowOfX + quadAt[i] + w, kZeroTexel) : kZeroTexel);
        }
        // In this order a sum and its sixteen numbers of gy stay in registers.
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            const vec4 g0 = table(o * kRun), g1 = table(o * kRun + 1), g2 = table(o * kRun + 2),
                       g3 = table(o * kRun + 3);
            [[unroll]] for (int i = 0; i < kInQuads; ++i) {
                [[unroll]] for (int lane = 0; lane < 4; ++lane) {
                    const int at = (i * 4 + lane) * kOutQuads + o;
                    sum[at] = sum[at] + g0 * value[i * kRun][lane] + g1 * value[i * kRun + 1][lane] +
                              g2 * value[i * kRun + 2][lane] + g3 * value[i * kRun + 3][lane];
                }
            }
        }
        const bool endsRow = column + kRun >= columns, endsImage = endsRow && p + 1 == rowsOfGy;
        column = endsRow ? 0 : column + kRun;
        row = endsRow ? row + 1 : row;
        p = endsImage ? 0 : endsRow ? p + 1 : p;
        n = endsImage ? n + 1 : n;
    }

    const float factor = blockFactor();
    if (tap < taps && chunk < chunks) {
        const int first = (team * taps * inBlocks + cell) * kInQuads * 4 * kOutQuads;
        [[unroll]] for (int i = 0; i < kInQuads * 4 * kOutQuads; ++i)
            gw[first + i] = factor * sum[i];
    }
}
