#include "analysis/saliency.h"

#include "analysis/numbers.h"
#include "analysis/seeded_random.h"

#include <algorithm>
#include <cmath>

namespace reslens::analysis {

namespace {

/// (1, 1, H, W): max over channels of |gradient|.
Tensor largestOverChannels(const Tensor &gradient)
{
    Tensor map({1, 1, gradient.shape.h, gradient.shape.w});
    const std::size_t plane = gradient.shape.planeCount();
    for (std::size_t i = 0; i < gradient.values.size(); ++i)
        map.values[i % plane] = std::max(map.values[i % plane], std::abs(gradient.values[i]));
    return map;
}

Tensor withNoise(const Tensor &input, double deviation, SeededRandom &random)
{
    Tensor noisy = input;
    for (float &value : noisy.values)
        value += float(deviation * random.normal());
    return noisy;
}

} // namespace

Saliency saliencyOf(const nn::ImageObjective &objective, Tensor gradient)
{
    Saliency saliency{objective, std::move(gradient), {}, {}};
    saliency.map = largestOverChannels(saliency.gradient);
    saliency.complaint = complaintAbout({{"gradient", magnitude(saliency.gradient.values).norm}});
    return saliency;
}

Result<Saliency> inputSaliency(nn::Executor &executor, const Tensor &input, const Question &question, const Job &job)
{
    return differentiate(executor, input, question, job.stop).map([](Answer &&answer) {
        return saliencyOf(answer.objective, std::move(answer.gradient));
    });
}

Result<Saliency> smoothGrad(nn::Executor &executor, const Tensor &input, const SmoothGradRequest &request,
                            const Job &job)
{
    if (request.samples < 1 || !(request.noise >= 0) || !std::isfinite(request.noise))
        return fail(ErrorKind::InvalidInput, "SmoothGrad", "needs at least one sample and a finite noise of 0 or more");
    const Answer clean = TRY(answer(executor, input, request.question, job.stop));
    const Question question = settled(request.question, clean.objective);
    const auto [smallest, largest] = std::minmax_element(input.values.begin(), input.values.end());
    const double deviation = request.noise * (double(*largest) - *smallest);
    SeededRandom random(request.seed);
    std::vector<double> sums(input.values.size());
    for (int sample = 0; sample < request.samples; ++sample) {
        const auto noisy = TRY(differentiate(executor, withNoise(input, deviation, random), question, job.stop));
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += noisy.gradient.values[i];
        job.report(sample + 1, request.samples);
    }
    Tensor mean(input.shape);
    for (std::size_t i = 0; i < sums.size(); ++i)
        mean.values[i] = float(sums[i] / request.samples);
    return saliencyOf(clean.objective, std::move(mean));
}

} // namespace reslens::analysis
