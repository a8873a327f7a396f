// Push blocks and constants that the shaders and the code that dispatches them share; both include this file. A shader
// has one push block: it defines PUSH_<NAME> before it includes this. C++ has all of them, as structs. (A shader's
// bindings are read from its SPIR-V: core/vulkan/shader_interface.h.)
#ifndef INTERFACE_H
#define INTERFACE_H

#ifdef __cplusplus

namespace reslens::shaders {

struct alignas(8) ivec2 {
    int x, y;
};
#define PUSH_BLOCK(Name) struct Name
#define SHARED inline constexpr
#define PUSH_ALL

#else

#define PUSH_BLOCK(Name) layout(push_constant) uniform Name
#define SHARED const

#endif

// Unless a kernel says otherwise, `count` is the number of invocations that have work; the others leave. Extents are in
// pixels; quads are four channels: packed.glsl.

#if defined(PUSH_ALL) || defined(PUSH_COUNT)
PUSH_BLOCK(CountPush)
{
    int count;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_BLOCK_SCALES)
PUSH_BLOCK(BlockScalesPush)
{
    int count;
    int block; // its alpha and beta apply
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_FACTOR)
PUSH_BLOCK(FactorPush)
{
    int count;
    int factor; // 2 * block for its alpha, and 1 more for its beta
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_PERIODIC)
PUSH_BLOCK(PeriodicPush)
{
    int count;
    int period; // texels in an image or a plane
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_ACTIVATE)
PUSH_BLOCK(ActivatePush)
{
    int count;
    int period;  // texels of x, which is for the gradients of one image after the other
    float slope; // of the leaky ReLU
};
#endif

// Convolutions, forward and transposed: convolve.glsl. The epilogue's bits: epilogue.glsl, backward_epilogue.glsl and
// block_factor.glsl.

SHARED int kAddsShortcut = 1, kHasRelu = 2;                    // forward
SHARED int kAlpha = 1, kBeta = 2, kMasks = 4, kSharesMask = 8; // backward

#if defined(PUSH_ALL) || defined(PUSH_CONVOLVE)
PUSH_BLOCK(ConvolvePush)
{
    ivec2 size, outSize; // (height, width) of x and of y
    ivec2 grid;          // pixels computed here: all of y, or every outStep-th from outFirst on
    ivec2 outFirst;
    ivec2 origin;         // origin of the first pixel's window in x; the next one is originStep further
    ivec2 firstTap, taps; // in the kernel; every tapStep-th
    int outStep, originStep, tapStep;
    int kernel;
    int inQuads;      // C/4 of one group
    int outQuads;     // K/4 of the whole output
    int inQuadsTotal; // C/4 of the whole input
    int outBlocksPerGroup;
    int pixelCount;  // images times grid
    int pixelBlocks; // ceil(pixelCount / kPixels), rounded up to whole teams
    int outBlocks;   // blocks of kOutQuads quads
    int block;       // its alpha and beta apply; -1: none
    int epilogue;    // see the shader
};
#endif

// Winograd's polynomials are taken at 0, +-kA, +-kB and infinity: engine/winograd.h.
SHARED float kWinogradA = 0.625, kWinogradB = 1.5;
SHARED int kWinogradPlaces = 36;

#if defined(PUSH_ALL) || defined(PUSH_WINOGRAD)
PUSH_BLOCK(WinogradPush)
{
    ivec2 size;    // (height, width) of x and of y
    ivec2 tiles;   // rows and columns of tiles in an image
    int tileCount; // of all images
    int teamTiles; // tileCount rounded up to whole teams
    int inQuads;   // C/4
    int outQuads;  // K/4
    int outBlocks; // blocks of kOutQuads quads
    int block;     // its alpha and beta apply; -1: none
    int epilogue;  // see the shader
};
#endif

SHARED int kRun = 4; // pixels of a row in one turn of conv2d_backward_weights.comp

#if defined(PUSH_ALL) || defined(PUSH_BACKWARD_WEIGHTS)
PUSH_BLOCK(BackwardWeightsPush)
{
    int inQuads, outQuads; // C/4 of one group, K/4 of all groups
    int inQuadsTotal;
    int outBlocksPerGroup, outBlocks, inBlocks;
    int height, width, outHeight, outWidth;
    int kernel, stride, padding, dilation;
    int rows, chunks;    // N*P, and the number of shares of them
    int cells;           // taps * inBlocks, rounded up to whole teams
    int block, epilogue; // block_factor.glsl
};
#endif

// Operations with a window and without weights.

#if defined(PUSH_ALL) || defined(PUSH_PLANE)
PUSH_BLOCK(PlanePush)
{
    int count;
    int height, width;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_POOL)
PUSH_BLOCK(PoolPush)
{
    int count;
    int height, width, outHeight, outWidth;
    int padding;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_MAX_POOL_BACKWARD)
PUSH_BLOCK(MaxPoolBackwardPush)
{
    int count;
    int height, width, outHeight, outWidth;
    int padding;
    int rows, columns; // blocks in an image's plane
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_ZERO_PAD)
PUSH_BLOCK(ZeroPadPush)
{
    int count;
    int channels, before; // C of x, and the number of zero channels before them
    int outQuads;
    int height, width, outHeight, outWidth;
    int stride;
    int factor; // for the gradient: 2 * block for its alpha, and 1 more for its beta; -1: none
};
#endif

// Sums over tensors.

SHARED int kMomentKinds = 2; // sum, square
SHARED int kBlockSumKinds = 13;
SHARED int kMostTensors = 3; // of products.comp

#if defined(PUSH_ALL) || defined(PUSH_CHUNKS)
PUSH_BLOCK(ChunksPush)
{
    int count;
    int quads;
    int rowsPerChunk;
    int height, width;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_PRODUCTS)
PUSH_BLOCK(ProductsPush)
{
    int count;
    int quads;
    int rowsPerChunk;
    int height, width;
    float scale; // multiplies every value
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_PIXEL_NORMS)
PUSH_BLOCK(PixelNormsPush)
{
    int count;
    int quads;
    int plane;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_CLASSES)
PUSH_BLOCK(ClassesPush)
{
    int count;
    int classes;
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_SOFTMAX)
PUSH_BLOCK(SoftmaxPush)
{
    int classes;
};
#endif

// The best that a device can do: engine/peak.h.

SHARED int kArithmeticSteps = 16; // for every chain in a turn
SHARED int kFetches = 16;         // for an invocation in a turn

#if defined(PUSH_ALL) || defined(PUSH_PEAK_ARITHMETIC)
PUSH_BLOCK(PeakArithmeticPush)
{
    int count, turns;
    float a, b;   // |a| < 1: the values stay small, near b / (1 - a)
    float spread; // 0; the compiler cannot know that, so a and b are registers of each lane and not loads
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_PEAK_FETCH)
PUSH_BLOCK(PeakFetchPush)
{
    int count, turns;
    int mask; // the buffer's texels, a power of two, minus 1
};
#endif

#if defined(PUSH_ALL) || defined(PUSH_PEAK_MEMORY)
PUSH_BLOCK(PeakMemoryPush)
{
    int count;
    float s;
};
#endif

#ifdef __cplusplus
} // namespace reslens::shaders
#endif

#undef PUSH_BLOCK
#undef SHARED
#endif
