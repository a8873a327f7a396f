// The operands of a convolution in either of its forms (convolve.glsl, winograd.glsl). The weights of a turn are the
// table of team.glsl.
#ifndef OPERANDS_GLSL
#define OPERANDS_GLSL
#include "team.glsl"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer weights;
layout(set = 0, binding = 2) uniform samplerBuffer bias;
layout(set = 0, binding = 3) uniform samplerBuffer operand; // for the epilogue
layout(set = 0, binding = 4) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 5) writeonly buffer Output { vec4 y[]; };

int tableAt; // for this turn

int tablePlace(int t)
{
    return t;
}

vec4 tableTexel(int place)
{
    return texelFetch(weights, tableAt + place);
}

#endif
