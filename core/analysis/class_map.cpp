#include "analysis/class_map.h"

#include "analysis/linear_head.h"

#include <algorithm>

namespace reslens::analysis {

namespace {

/// sum over channels of weight_c * y_c at every pixel.
std::vector<double> weightedSum(std::span<const double> weights, std::span<const float> y)
{
    const std::size_t plane = y.size() / weights.size();
    std::vector<double> pixels(plane);
    for (std::size_t i = 0; i < y.size(); ++i)
        pixels[i % plane] += weights[i / plane] * y[i];
    return pixels;
}

Tensor asMap(const std::vector<double> &pixels, Shape shape)
{
    Tensor map({1, 1, shape.h, shape.w});
    std::transform(pixels.begin(), pixels.end(), map.values.begin(), [](double value) { return float(value); });
    return map;
}

} // namespace

Result<GradCam> gradCam(const TracedRun &run, const nn::Gradients &gradients, int block)
{
    TRY(check(run));
    TRY(checkBlock(run.network(), block));
    const Tensor y = TRY(run.trace.read(run.network().blocks[block].y));
    const nn::BlockGradients atBlock = TRY(gradients.ofBlock(block));
    GradCam cam{block};
    cam.weights.resize(std::size_t(y.shape.c));
    const std::span<const float> g = imageOf(atBlock.gy, run.image);
    const std::size_t plane = y.shape.planeCount();
    for (std::size_t i = 0; i < g.size(); ++i)
        cam.weights[i / plane] += double(g[i]) / double(plane);
    std::vector<double> pixels = weightedSum(cam.weights, imageOf(y, run.image));
    cam.complaint = complaintAbout({{"map", sum(pixels)}});
    for (double &pixel : pixels)
        pixel = pixel < 0 ? 0 : pixel; // keeps a NaN
    cam.map = asMap(pixels, y.shape);
    cam.isEmpty = std::all_of(pixels.begin(), pixels.end(), [](double pixel) { return pixel == 0; });
    return cam;
}

Result<Cam> classActivationMap(const TracedRun &run, int target)
{
    TRY(check(run));
    const auto objective = TRY(
        nn::evaluate({nn::ObjectiveKind::Logit, target}, run.trace.forward().logits, run.trace.forward().activation));
    const nn::Network &network = run.network();
    const Tensor y = TRY(run.trace.read(network.blocks.back().y));
    const nn::ImageObjective &image = objective.images[run.image];
    const LinearHead head = TRY(linearHead(run, image.target, -1, image.value));
    const std::vector<double> pixels = weightedSum(head.weights, imageOf(y, run.image));
    Cam cam{image.target, asMap(pixels, y.shape), head.bias, head.isGradient, {}};
    cam.total = completeness(sum(pixels) / double(pixels.size()) + cam.bias, image.value);
    return cam;
}

} // namespace reslens::analysis
