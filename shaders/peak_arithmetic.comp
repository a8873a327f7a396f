// Measures the most multiply-adds: kChains chains of x = a * x + b in registers, four wide, with no memory access
// except one write at the end. A chain waits for its own results; the other chains fill the wait.
// Dispatch: ceil(count / local_size_x) groups. Multiply-adds: 4 * kChains * kArithmeticSteps * turns * count.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "packed.glsl"
#define PUSH_PEAK_ARITHMETIC
#include "interface.h"

layout(constant_id = 1) const int kChains = 2;

layout(set = 0, binding = 0) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const float factor = a + spread * float(i), summand = b + spread * float(i);
    vec4 x[kChains];
    [[unroll]] for (int c = 0; c < kChains; ++c)
        x[c] = vec4(float(i + c));
    for (int turn = 0; turn < turns; ++turn)
        [[unroll]] for (int step = 0; step < kArithmeticSteps; ++step)
            [[unroll]] for (int c = 0; c < kChains; ++c)
                x[c] = factor * x[c] + summand;
    vec4 sum = vec4(0.0);
    [[unroll]] for (int c = 0; c < kChains; ++c)
        sum += x[c];
    y[i] = sum;
}
