#include "engine/passes.h"

#include "engine/kernels/convolve.h"
#include "engine/kernels/record.h"
#include "engine/packing.h"
#include "vulkan/context.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

Buffer staging(const vulkan::Context &context, Shape shape)
{
    return {context, (packedTexels(shape) - 1) * kTexelBytes, MemoryUse::Upload};
}

double unitOf(const Tensor &seed)
{
    float largest = 0;
    for (const float value : seed.values)
        largest = std::max(largest, std::abs(value));
    return largest > 0 && std::isfinite(largest) ? std::ldexp(1.0, std::clamp(std::ilogb(largest), -126, 126)) : 1.0;
}

/// Adds one step for every weight. Blocks come in the order of the backward pass, each block's weights together.
Program makeWeightProgram(const Workplace &place, const Program &gradients, const std::vector<WeightGradient> &weights)
{
    Program program;
    program.isPacked = false;
    program.shapes = gradients.shapes;
    program.insideOf = gradients.insideOf;
    program.external = int(gradients.shapes.size());
    program.texels.assign(gradients.shapes.size(), 0);
    for (const auto &[layer, from] : weights) {
        Step step{.record = recordWeightGradient,
                  .layer = layer,
                  .reads = {place.network.layers[layer].inputs[0], from.value},
                  .block = from.block,
                  .factor = from.factor};
        const WeightGradientTask task = weightGradientTask(place.network, program, step);
        step.choice = place.kernels.choiceFor(task);
        step.writes = program.add({}, std::max(program.insideOf[step.reads[0]], program.insideOf[step.reads[1]]));
        program.texels[step.writes] = WeightGradientForm(task, step.choice).layout.floats() / 4;
        program.steps.push_back(std::move(step));
    }
    std::ranges::stable_sort(program.steps, std::greater(), [&](const Step &step) { return program.blockOf(step); });
    program.assignBuffers(gradients.keep);
    return program;
}

} // namespace

Scales::Scales(const vulkan::Context &context, std::size_t blocks)
    : m_buffer(context, std::max<std::size_t>(blocks, 1) * sizeof(nn::BlockScale), MemoryUse::Upload), m_values(blocks)
{
}

void Scales::write(const std::vector<nn::BlockScale> &scales)
{
    static_assert(sizeof(nn::BlockScale) == 2 * sizeof(float)); // a vec2 in the shader
    const std::size_t blocks = m_values.size();
    m_values = scales;
    m_values.resize(blocks);
    std::memcpy(m_buffer.mapped().data(), m_values.data(), blocks * sizeof(nn::BlockScale));
}

Pass::Pass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &weights, Shape input, Keep keep)
    : Replay({kernels, model.network, weights}, makeForwardProgram(model.network, input, keep), nullptr),
      m_blockScales(m_context, model.network.blocks.size()), m_input(staging(m_context, input))
{
    const std::size_t headBytes = packedTexels(shape(model.network.logits)) * kTexelBytes;
    m_logits = Buffer(m_context, headBytes, MemoryUse::Readback);
    m_upload = &m_input;
    m_scales = &m_blockScales.buffer();
    m_downloads = {{model.network.logits, &m_logits}};
    if (model.network.probabilities >= 0) {
        m_probabilities = Buffer(m_context, headBytes, MemoryUse::Readback);
        m_downloads.push_back({model.network.probabilities, &m_probabilities});
    }
    make();
}

nn::Forward Pass::run(const Tensor &input, const nn::RunOptions &options)
{
    prepare();
    packActivations(input, m_input.floats().first((packedTexels(input.shape) - 1) * 4));
    return runFrom(0, options);
}

nn::Forward Pass::resume(int block, const nn::RunOptions &options)
{
    restore(options.stop);
    const std::vector<nn::BlockScale> before = scales();
    nn::RunOptions after = options;
    after.scales.resize(before.size());
    std::copy_n(before.begin(), block, after.scales.begin()); // earlier blocks were computed with these
    try {
        return runFrom(segmentOf(block), after);
    } catch (...) { // a mix of old and new is useless: the old tensors are computed again
        clear();
        m_blockScales.write(before);
        throw;
    }
}

nn::Forward Pass::runFrom(std::size_t segment, const nn::RunOptions &options)
{
    const auto start = std::chrono::steady_clock::now();
    m_blockScales.write(options.scales);
    begin();
    submitFrom(segment, options.stop);
    nn::Forward forward;
    const Shape head = shape(m_place.network.logits);
    forward.logits = unpackActivations(m_logits.floats().subspan(4), head);
    if (m_place.network.probabilities >= 0)
        forward.probabilities = unpackActivations(m_probabilities.floats().subspan(4), head);
    forward.wallMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (options.timesLayers && segment == 0) // a partial run has no complete times
        forward.times = times();
    return forward;
}

WeightGradients::WeightGradients(const Workplace &place, const GradientProgram &gradients, Replay &source,
                                 const Scales &scales)
    : Replay(place, makeWeightProgram(place, source.program(), gradients.weights), &source)
{
    m_scales = &scales.buffer();
    beginLazily();
    prepare();
}

std::vector<double> WeightGradients::ofLayer(int layer)
{
    const Step &step = *std::ranges::find(program().steps, layer, &Step::layer);
    bring(step.writes);
    const WeightGradientForm form(weightGradientTask(m_place.network, program(), step), step.choice);
    return unpackWeightGradient(form.layout, download(m_context, buffer(step.writes), 0, form.layout.floats()));
}

GradientPass::GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, Pass &forward,
                           GradientProgram gradients)
    : Replay({kernels, model.network, transposed}, std::move(gradients.program), &forward),
      m_gradients(std::move(gradients)), m_blockScales(m_context, model.network.blocks.size()),
      m_seed(staging(m_context, shape(program().input)))
{
    m_upload = &m_seed;
    m_scales = &m_blockScales.buffer();
    prepare();
}

void GradientPass::run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, const std::stop_token &stop)
{
    begin(); // first: from now on the old tensors may be freed
    prepare(stop);
    packActivations(seed, m_seed.floats());
    m_unit = unitOf(seed);
    m_blockScales.write(scales);
    if (m_weights)
        m_weights->forget();
    submitFrom(0, stop);
}

bool GradientPass::letGo()
{
    if (!Replay::letGo())
        return false;
    m_weights.reset();
    return true;
}

WeightGradients &GradientPass::weights()
{
    if (!m_weights) {
        restore();
        m_weights = std::make_unique<WeightGradients>(m_place, m_gradients, *this, m_blockScales);
    }
    return *m_weights;
}

std::vector<nn::LayerTime> GradientPass::times() const
{
    std::vector<nn::LayerTime> result = Replay::times();
    if (m_weights) {
        const std::vector<nn::LayerTime> ofWeights = m_weights->times();
        result.insert(result.end(), ofWeights.begin(), ofWeights.end());
    }
    return result;
}

const WeightGradient *GradientPass::find(int layer) const
{
    const auto found = std::ranges::find(m_gradients.weights, layer, &WeightGradient::layer);
    return found == m_gradients.weights.end() ? nullptr : &*found;
}

std::vector<double> GradientPass::weightGradient(int layer)
{
    if (find(layer))
        return weights().ofLayer(layer);
    const auto op = asConvolution(m_place.network.layers[layer].op);
    if (!op)
        throw Error(ErrorKind::InvalidInput, m_place.network.layers[layer].name, "has no weights to differentiate");
    return std::vector<double>(std::size_t(op->channelsOut) * (op->channelsIn / op->groups) * op->kernel * op->kernel,
                               0.0);
}

std::vector<double> GradientPass::biasGradient(int layer)
{
    const WeightGradient *weight = find(layer);
    if (!weight)
        return std::vector<double>(std::size_t(shape(layer).c), 0.0);
    const auto &[value, block, arrivingFactor, route] = weight->from;
    const nn::BlockScale scale = arrivingFactor == Factor::One ? nn::BlockScale() : m_blockScales.values()[block];
    const double factor = arrivingFactor == Factor::Beta ? scale.beta : scale.alpha;
    const Tensor gradient = read(value);
    std::vector<double> sums(gradient.shape.c, 0.0);
    const std::size_t plane = gradient.shape.planeCount();
    for (std::size_t i = 0; i < gradient.values.size(); ++i)
        sums[i / plane % sums.size()] += factor * gradient.values[i];
    return sums;
}

} // namespace reslens::engine
