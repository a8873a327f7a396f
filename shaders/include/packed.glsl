// Activations are packed four channels to a texel: texel 0 is zero, then [N][C/4][H][W] texels. A tap that falls into
// the padding reads texel 0. Channels beyond C in the last quad are zero: their weights and biases are.
#ifndef PACKED_GLSL
#define PACKED_GLSL

const int kZeroTexel = 0;
const int kFirstTexel = 1;

#endif
