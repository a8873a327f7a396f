// Activations are packed four channels to a texel: texel 0 is zero, then [N][C/4][H][W] texels. A tap in the padding
// reads texel 0. Channels beyond C in the last quad are zero, because their weights and biases are zero.
#ifndef PACKED_GLSL
#define PACKED_GLSL

// This is not in each shader because gl_WorkGroupSize below must come after it.
layout(local_size_x_id = 0) in;

const int kZeroTexel = 0;
const int kFirstTexel = 1;

/// This invocation's number. If a dispatch has more workgroups than fit along x, the rest go along y.
int invocation()
{
    return int(gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * gl_NumWorkGroups.x * gl_WorkGroupSize.x);
}

/// a / b for 0 <= a and 0 < b, if the result is below 2^22. Integer division is slow: software devices divide one by
/// one.
int quotient(int a, int b)
{
    const int near = int(float(a) / float(b)), rest = a - near * b;
    return rest < 0 ? near - 1 : rest >= b ? near + 1 : near;
}

/// isnan() by the bits, because compilers may assume that there are no NaNs. Comparisons with a NaN are false in every
/// lane.
bvec4 isNotANumber(vec4 values)
{
    return greaterThan(floatBitsToUint(values) & 0x7fffffffu, uvec4(0x7f800000u));
}

/// max(values, 0), but a NaN stays a NaN, as in PyTorch: a fault must not look like silence.
vec4 rectified(vec4 values)
{
    return mix(max(values, vec4(0.0)), values, isNotANumber(values));
}

#endif
