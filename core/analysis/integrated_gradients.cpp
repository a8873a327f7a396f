#include "analysis/integrated_gradients.h"

namespace reslens::analysis {

namespace {

Tensor between(const Tensor &from, const Tensor &to, double share)
{
    Tensor point(from.shape);
    for (std::size_t i = 0; i < point.values.size(); ++i)
        point.values[i] = float(from.values[i] + share * (double(to.values[i]) - from.values[i]));
    return point;
}

Result<void> check(const Tensor &input, const IntegratedGradientsRequest &request)
{
    if (request.steps < 1)
        return fail(ErrorKind::InvalidInput, "integrated gradients", "need at least one step");
    if (!request.baseline.values.empty() && request.baseline.shape != input.shape)
        return fail(ErrorKind::InvalidInput, "baseline",
                    "has shape " + request.baseline.shape.text() + ", the image has " + input.shape.text());
    return {};
}

/// The mean of dJ/dx over the midpoints of the path's steps.
Result<std::vector<double>> meanGradient(nn::Executor &executor, const Tensor &baseline, const Tensor &input,
                                         const IntegratedGradientsRequest &settledRequest, const Job &job)
{
    const int steps = settledRequest.steps;
    std::vector<double> mean(input.values.size());
    for (int step = 0; step < steps; ++step) {
        const Tensor point = between(baseline, input, (step + 0.5) / steps);
        const auto there = differentiate(executor, point, settledRequest.question, job.stop);
        if (!there)
            return tl::unexpected(there.error());
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i] += there->gradient.values[i] / double(steps);
        job.report(step + 1, steps);
    }
    return mean;
}

} // namespace

Result<IntegratedGradients> integratedGradients(nn::Executor &executor, const Tensor &input,
                                                const IntegratedGradientsRequest &request, const Job &job)
{
    if (const Result<void> checked = check(input, request); !checked)
        return tl::unexpected(checked.error());
    const Tensor baseline = request.baseline.values.empty() ? Tensor(input.shape) : request.baseline;
    const Result<Answer> atInput = answer(executor, input, request.question, job.stop);
    if (!atInput)
        return tl::unexpected(atInput.error());
    IntegratedGradientsRequest own = request;
    own.question = settled(request.question, atInput->objective);
    const Result<Answer> atBaseline = answer(executor, baseline, own.question, job.stop);
    if (!atBaseline)
        return tl::unexpected(atBaseline.error());
    const auto gradient = meanGradient(executor, baseline, input, own, job);
    if (!gradient)
        return tl::unexpected(gradient.error());

    IntegratedGradients result{atInput->objective,
                               atBaseline->objective.value,
                               Tensor(input.shape),
                               Tensor({1, 1, input.shape.h, input.shape.w}),
                               {}};
    const std::size_t plane = input.shape.planeCount();
    double sum = 0;
    for (std::size_t i = 0; i < gradient->size(); ++i) {
        const double part = (double(input.values[i]) - baseline.values[i]) * (*gradient)[i];
        result.attribution.values[i] = float(part);
        result.map.values[i % plane] += float(part);
        sum += part;
    }
    result.total = completeness(sum, result.objective.value - result.baselineValue);
    return result;
}

} // namespace reslens::analysis
