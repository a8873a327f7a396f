#include "engine/reductions.h"

#include "engine/weights.h"
#include "interface.h"
#include "vulkan/context.h"
#include "vulkan/recorder.h"

#include <algorithm>
#include <array>

namespace reslens::engine {

namespace {

using vulkan::Buffer;

/// Brings the output of `layer`. Tensors within its block stay valid while others of the block are read.
const Buffer &output(Pass &pass, int layer)
{
    pass.bring(layer);
    return pass.buffer(layer);
}

/// Runs one kernel over `inputs` and returns the floats it wrote.
template <typename Push>
std::vector<float> reduce(KernelStore &kernels, const char *shader, std::span<const Buffer *const> inputs,
                          const Push &push, std::size_t floats, std::vector<std::uint32_t> constants = {})
{
    const Buffer result(kernels.context(), floats * sizeof(float), vulkan::MemoryUse::Device);
    std::vector<const Buffer *> buffers(inputs.begin(), inputs.end());
    buffers.push_back(&result);
    vulkan::Recorder recorder(kernels.context(), 0);
    recorder.dispatch(kernels.kernel(shader, std::move(constants)), buffers, push, std::uint32_t(push.count));
    recorder.finish();
    recorder.submit();
    return download(kernels.context(), result, 0, floats);
}

/// The division of a plane's rows into chunks. Short chunks keep the sums exact and stay far below the 65,535 turns
/// after which llvmpipe silently leaves a shader's loops.
struct Chunks {
    static constexpr int kPixels = 4096;

    explicit Chunks(Shape shape)
        : quads(shape.n * ((shape.c + 3) / 4)), rows(std::clamp(kPixels / shape.w, 1, shape.h)),
          count((shape.h + rows - 1) / rows)
    {
    }

    int quads, rows, count;
};

shaders::ChunksPush pushOf(const Chunks &chunks, Shape shape)
{
    return {chunks.count * chunks.quads, chunks.quads, chunks.rows, shape.h, shape.w};
}

/// Reads [chunk][N*C/4][kinds] texels: kind `kind` at [n * channels + c], its chunks added.
std::vector<double> pick(std::span<const float> sums, const Chunks &chunks, Shape shape, int kind, int kinds)
{
    std::vector<double> values(std::size_t(shape.n) * shape.c, 0.0);
    const int quads = (shape.c + 3) / 4;
    for (int chunk = 0; chunk < chunks.count; ++chunk)
        for (int n = 0; n < shape.n; ++n)
            for (int c = 0; c < shape.c; ++c) {
                const std::size_t quad = std::size_t(chunk) * chunks.quads + std::size_t(n) * quads + c / 4;
                values[std::size_t(n) * shape.c + c] += sums[(quad * kinds + kind) * 4 + c % 4];
            }
    return values;
}

} // namespace

nn::Moments moments(KernelStore &kernels, Pass &pass, int layer)
{
    constexpr int kKinds = shaders::kMomentKinds;
    const Shape shape = pass.shape(layer);
    const Chunks chunks(shape);
    const shaders::ChunksPush push = pushOf(chunks, shape);
    const std::array inputs{&output(pass, layer)};
    const std::vector<float> sums = reduce(kernels, "moments", inputs, push, std::size_t(push.count) * kKinds * 4);
    return {shape.n, shape.c, int(shape.planeCount()), pick(sums, chunks, shape, 0, kKinds),
            pick(sums, chunks, shape, 1, kKinds)};
}

Tensor pixelNorms(KernelStore &kernels, Pass &pass, int layer)
{
    const Shape shape = pass.shape(layer);
    Tensor norms({shape.n, 1, shape.h, shape.w});
    const shaders::PixelNormsPush push{int(norms.shape.count()), (shape.c + 3) / 4, int(shape.planeCount())};
    const std::array inputs{&output(pass, layer)};
    norms.values = reduce(kernels, "pixel_norms", inputs, push, norms.values.size());
    return norms;
}

nn::BlockSums blockSums(KernelStore &kernels, Pass &pass, const nn::Block &block)
{
    constexpr int kSums = shaders::kBlockSumKinds;
    const Shape shape = pass.shape(block.u);
    // A plain block uses F in place of s; the sums with it are left out below.
    const std::array inputs{&output(pass, block.hasShortcut() ? block.s : block.F), &output(pass, block.F),
                            &output(pass, block.u), &output(pass, block.y)};
    const Chunks chunks(shape);
    const shaders::ChunksPush push = pushOf(chunks, shape);
    const std::vector<float> sums = reduce(kernels, "block_sums", inputs, push, std::size_t(push.count) * kSums * 4);
    const auto of = [&](int kind) { return pick(sums, chunks, shape, kind, kSums); };
    const auto ofShortcut = [&](int kind) { return block.hasShortcut() ? of(kind) : std::vector<double>(); };
    nn::BlockSums result{shape.n, shape.c, int(shape.planeCount())};
    result.ss = ofShortcut(0);
    result.FF = of(1);
    result.uu = of(2);
    result.yy = of(3);
    result.sF = ofShortcut(4);
    result.su = ofShortcut(5);
    result.Fu = of(6);
    result.sy = ofShortcut(7);
    result.clippedCount = of(8);
    result.clippedEnergy = of(9);
    result.write = of(10);
    result.erase = of(11);
    result.kill = ofShortcut(12);
    return result;
}

namespace {

/// The value of each gradient; -1: there is none.
std::array<int, nn::kBlockGradients> valuesOf(const GradientProgram &gradients, const nn::Block &block, int index)
{
    std::array<int, nn::kBlockGradients> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
        if (int nn::Block::*layer = nn::kBlockGradientPlaces[i].layer)
            values[i] = gradients.ofLayer[block.*layer];
    values[std::size_t(nn::BlockGradient::s)] = gradients.blocks[index].gs;
    values[std::size_t(nn::BlockGradient::F)] = gradients.blocks[index].gF;
    return values;
}

} // namespace

nn::BlockGradientSums blockGradientSums(KernelStore &kernels, GradientPass &pass, const nn::Block &block, int index)
{
    constexpr std::size_t kTensors = shaders::kMostTensors;
    const std::array values = valuesOf(pass.gradients(), block, index);
    for (const int value : values)
        if (value >= 0)
            pass.bring(value); // values within the block stay while the others come
    nn::BlockGradientSums result;
    for (const auto shapeOf : {&nn::BlockGradientSums::y, &nn::BlockGradientSums::x}) {
        std::array<int, nn::kBlockGradients> place{}; // among the kernel's inputs
        std::vector<const Buffer *> inputs;
        for (std::size_t i = 0; i < values.size(); ++i) {
            place[i] = -1;
            if (nn::kBlockGradientPlaces[i].shape != shapeOf || values[i] < 0)
                continue;
            result.*shapeOf = pass.shape(values[i]);
            place[i] = int(inputs.size());
            inputs.push_back(&pass.buffer(values[i]));
        }
        const int tensors = int(inputs.size()); // at most kTensors
        const int kinds = tensors * (tensors + 1) / 2;
        inputs.resize(kTensors, inputs.front());
        const Chunks chunks(result.*shapeOf);
        const shaders::ChunksPush of = pushOf(chunks, result.*shapeOf);
        const shaders::ProductsPush push{of.count,  of.quads, of.rowsPerChunk,
                                         of.height, of.width, float(1 / pass.unit())};
        const std::vector<float> sums =
            reduce(kernels, "products", inputs, push, std::size_t(push.count) * kinds * 4, {std::uint32_t(tensors)});
        for (const auto &[sum, first, second] : nn::kGradientProducts) {
            const int a = place[std::size_t(first)], b = place[std::size_t(second)];
            if (a < 0 || b < 0)
                continue;
            const int low = std::min(a, b), kind = low * tensors - low * (low + 1) / 2 + std::max(a, b);
            result.*sum = pick(sums, chunks, result.*shapeOf, kind, kinds);
            for (double &value : result.*sum)
                value *= pass.unit() * pass.unit();
        }
    }
    return result;
}

} // namespace reslens::engine
