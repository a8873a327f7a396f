// Follows a convolution, as `epilogue` asks. kAddsShortcut: y = alpha * operand + beta * y (the block's addition;
// `operand` is the shortcut). Then kHasRelu: y = max(y, 0). The includer declares operand, alphaBeta, block and
// epilogue.
#ifndef EPILOGUE_GLSL
#define EPILOGUE_GLSL

/// The block's (alpha, beta); ones if there is no block.
vec2 blockScale()
{
    return block >= 0 ? alphaBeta[block] : vec2(1.0);
}

/// The value for texel `at` of y.
vec4 finished(vec4 value, int at, vec2 scale)
{
    if ((epilogue & kAddsShortcut) != 0)
        value = scale.x * texelFetch(operand, at) + scale.y * value;
    if ((epilogue & kHasRelu) != 0)
        value = rectified(value);
    return value;
}

#endif
