// y[n,k,p,q] = sum_{c,r,s} x[n, c, p*stride+r-padding, q*stride+s-padding] * w[k,c,r,s] + b[k],   then, as asked,
// y = alpha * shortcut + beta * y   and   y = max(y, 0).   Batch norm is folded into w and b.
//
// Packed tensors (include/packed.glsl). Weights: [K/(4*kOutQuads)][R*S][C/4][4 lanes of c][kOutQuads] texels of four k.
// Each invocation computes kPixels consecutive output pixels (of the batch's N*P*Q) times kOutQuads quads of channels,
// so that a fetched input texel serves 4*kOutQuads outputs and a fetched weight texel kPixels of them. Operands are
// texel buffers: on software devices those are gathered four values at a time, storage buffers one by one.
// Grouped: C and K count one group's channels here, and a row of weights belongs to one group.
// Dispatch: ceil(pixelBlocks * outBlocks / local_size_x) groups.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int kPixels = 14;
layout(constant_id = 2) const int kOutQuads = 4;

layout(push_constant) uniform Push {
    int inQuads;        // C/4 of one group
    int outQuads;       // K/4 of the whole output
    int inQuadsTotal;   // C/4 of the whole input
    int outBlocksPerGroup;
    int height, width;  // of x
    int outHeight, outWidth;
    int kernel, stride, padding;
    int pixelCount;     // N*P*Q
    int pixelBlocks;    // ceil(pixelCount / kPixels)
    int outBlocks;      // blocks of kOutQuads quads
    int block;          // whose alpha and beta apply; -1: no shortcut is added
    int hasRelu;
};

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer weights;
layout(set = 0, binding = 2) uniform samplerBuffer bias;
layout(set = 0, binding = 3) uniform samplerBuffer shortcut;
layout(set = 0, binding = 4) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 5) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int id = int(gl_GlobalInvocationID.x);
    if (id >= pixelBlocks * outBlocks)
        return;
    const int firstPixel = (id % pixelBlocks) * kPixels;
    const int outBlock = id / pixelBlocks;
    const int plane = height * width, outPlane = outHeight * outWidth;
    const int firstInQuad = (outBlock / outBlocksPerGroup) * inQuads;

    // Of every pixel: where its window begins.
    int image[kPixels], top[kPixels], left[kPixels];
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        const int pixel = min(firstPixel + i, pixelCount - 1);
        const int n = pixel / outPlane, inPlane = pixel - n * outPlane, p = inPlane / outWidth;
        image[i] = kFirstTexel + (n * inQuadsTotal + firstInQuad) * plane;
        top[i] = p * stride - padding;
        left[i] = (inPlane - p * outWidth) * stride - padding;
    }

    vec4 sum[kPixels * kOutQuads];
    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        const vec4 b = texelFetch(bias, outBlock * kOutQuads + o);
        [[unroll]] for (int i = 0; i < kPixels; ++i)
            sum[i * kOutQuads + o] = b;
    }

    int weightAt = outBlock * kernel * kernel * inQuads * 4 * kOutQuads;
    for (int r = 0; r < kernel; ++r) {
        for (int s = 0; s < kernel; ++s) {
            int texel[kPixels], advance[kPixels];
            [[unroll]] for (int i = 0; i < kPixels; ++i) {
                const int h = top[i] + r, w = left[i] + s;
                const bool isInside = uint(h) < uint(height) && uint(w) < uint(width);
                texel[i] = isInside ? image[i] + h * width + w : kZeroTexel;
                advance[i] = isInside ? plane : 0;
            }
            for (int c = 0; c < inQuads; ++c) {
                vec4 value[kPixels];
                [[unroll]] for (int i = 0; i < kPixels; ++i) {
                    value[i] = texelFetch(x, texel[i]);
                    texel[i] += advance[i];
                }
                [[unroll]] for (int lane = 0; lane < 4; ++lane) {
                    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
                        const vec4 w = texelFetch(weights, weightAt + lane * kOutQuads + o);
                        [[unroll]] for (int i = 0; i < kPixels; ++i)
                            sum[i * kOutQuads + o] += w * value[i][lane];
                    }
                }
                weightAt += 4 * kOutQuads;
            }
        }
    }

    const vec2 scale = alphaBeta[max(block, 0)];
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        const int pixel = firstPixel + i;
        const int n = pixel / outPlane, inPlane = pixel - n * outPlane;
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            const int quad = outBlock * kOutQuads + o;
            if (pixel < pixelCount && quad < outQuads) {
                const int at = kFirstTexel + (n * outQuads + quad) * outPlane + inPlane;
                vec4 value = sum[i * kOutQuads + o];
                if (block >= 0)
                    value = scale.x * texelFetch(shortcut, at) + scale.y * value;
                if (hasRelu != 0)
                    value = max(value, vec4(0.0));
                y[at] = value;
            }
        }
    }
}
