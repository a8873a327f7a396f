// The factor of a gradient that has passed a block's sum, as `epilogue` asks: the block's alpha (kAlpha), its beta
// (kBeta), or 1. The includer declares alphaBeta, block and epilogue.
#ifndef BLOCK_FACTOR_GLSL
#define BLOCK_FACTOR_GLSL

float blockFactor()
{
    const vec2 scale = block >= 0 ? alphaBeta[block] : vec2(1.0);
    return (epilogue & kAlpha) != 0 ? scale.x : (epilogue & kBeta) != 0 ? scale.y : 1.0;
}

#endif
