// Activations are packed four channels to a texel: texel 0 is zero, then [N][C/4][H][W] texels. A tap that falls into
// the padding reads texel 0. Channels beyond C in the last quad are zero: their weights and biases are.
#ifndef PACKED_GLSL
#define PACKED_GLSL

// Here and not in each shader: gl_WorkGroupSize below must stand after it.
layout(local_size_x_id = 0) in;

const int kZeroTexel = 0;
const int kFirstTexel = 1;

/// This invocation's number. Dispatches of more workgroups than a device takes along x go on along y.
int invocation()
{
    return int(gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * gl_NumWorkGroups.x * gl_WorkGroupSize.x);
}

/// a / b for 0 <= a and 0 < b, where it is less than 2^22. Integers are divided slowly: one by one on software devices.
int quotient(int a, int b)
{
    const int near = int(float(a) / float(b)), rest = a - near * b;
    return rest < 0 ? near - 1 : rest >= b ? near + 1 : near;
}

/// isnan() by the bits: compilers may assume that there are no NaNs. Comparisons with one are false in every lane.
bvec4 isNotANumber(vec4 values)
{
    return greaterThan(floatBitsToUint(values) & 0x7fffffffu, uvec4(0x7f800000u));
}

/// max(values, 0), but a NaN stays one, as in PyTorch: what is broken must not look like silence.
vec4 rectified(vec4 values)
{
    return mix(max(values, vec4(0.0)), values, isNotANumber(values));
}

#endif
