#include "analysis/sampled_paths.h"

#include "analysis/seeded_random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace reslens::analysis {

namespace {

double log10Binomial(int n, int k)
{
    return (std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) / std::numbers::ln10;
}

/// All sets of `count` of 0 ... limit - 1, ascending, in lexicographic order.
std::vector<std::vector<int>> allSubsets(int limit, int count)
{
    std::vector<std::vector<int>> sets;
    std::vector<int> set(std::size_t(count), 0);
    std::iota(set.begin(), set.end(), 0);
    for (;;) {
        sets.push_back(set);
        int at = count - 1;
        while (at >= 0 && set[at] == limit - count + at)
            --at;
        if (at < 0)
            return sets;
        std::iota(set.begin() + at, set.end(), set[at] + 1);
    }
}

/// The paths of one length that are drawn.
struct Draw {
    std::vector<std::vector<int>> paths;
    bool isComplete;
};

/// The draws for every length.
std::vector<Draw> draw(int blocks, const SampledPathsRequest &request)
{
    constexpr double kRounding = 1e-9; // of the logarithm
    SeededRandom random(request.seed);
    std::vector<Draw> draws;
    for (int length = 0; length <= blocks; ++length) {
        if (log10Binomial(blocks, length) <= std::log10(double(request.samplesPerLength)) + kRounding) {
            draws.push_back({allSubsets(blocks, length), true});
            continue;
        }
        Draw drawn{{}, false};
        for (int sample = 0; sample < request.samplesPerLength; ++sample)
            drawn.paths.push_back(random.subset(blocks, length));
        draws.push_back(std::move(drawn));
    }
    return draws;
}

PathLength summary(int blocks, int length, bool isComplete, const std::vector<double> &norms)
{
    PathLength result{length, log10Binomial(blocks, length), int(norms.size()), isComplete};
    result.mean = sum(norms) / double(norms.size());
    double squares = 0;
    for (const double norm : norms)
        squares += (norm - result.mean) * (norm - result.mean);
    result.deviation = std::sqrt(squares / double(norms.size()));
    const auto [smallest, largest] = std::minmax_element(norms.begin(), norms.end());
    result.smallest = *smallest;
    result.largest = *largest;
    result.complaint = complaintAbout({{"mean", result.mean}});
    return result;
}

} // namespace

Result<double> pathGradientNorm(const TracedRun &run, const nn::Objective &objective, const std::vector<int> &branches,
                                const std::stop_token &stop)
{
    TRY(check(run));
    nn::RunOptions options{.scales = std::vector<nn::BlockScale>(run.network().blocks.size(), {1, 0}), .stop = stop};
    for (const int b : branches) {
        TRY(checkBlock(run.network(), b));
        options.scales[b] = {0, 1};
    }
    const auto gradients = TRY(nn::backward(run.trace, objective, options));
    return gradients->ofBlock(0).map(
        [&](const nn::BlockGradients &first) { return magnitude(imageOf(first.gx, run.image)).norm; });
}

Result<SampledPaths> sampledPaths(const TracedRun &run, const SampledPathsRequest &request, const Job &job)
{
    if (request.samplesPerLength < 1)
        return fail(ErrorKind::InvalidInput, "sampled paths", "need at least one sample of each length");
    TRY(check(run));
    TRY(checkHasShortcuts(run.network(), "path to choose"));
    TRY(checkHasRelus(run.network(), "the sum over paths"));
    const auto objective =
        TRY(nn::evaluate(request.objective, run.trace.forward().logits, run.trace.forward().activation));

    const int blocks = int(run.network().blocks.size());
    const std::vector<Draw> draws = draw(blocks, request);
    int total = 0, done = 0;
    for (const Draw &length : draws)
        total += int(length.paths.size());
    SampledPaths result{objective.images[run.image], {}};
    for (int length = 0; length <= blocks; ++length) {
        std::vector<double> norms;
        for (const std::vector<int> &path : draws[length].paths) {
            norms.push_back(TRY(pathGradientNorm(run, request.objective, path, job.stop)));
            job.report(++done, total);
        }
        result.lengths.push_back(summary(blocks, length, draws[length].isComplete, norms));
    }
    return result;
}

} // namespace reslens::analysis
