#include "analysis/paths.h"

#include <algorithm>
#include <cmath>

namespace reslens::analysis {

namespace {

double log10Binomial(int n, int k)
{
    return (std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) / std::log(10.0);
}

std::vector<std::vector<double>> gramOf(const Tensor &byLength)
{
    const int lengths = byLength.shape.n;
    std::vector<std::vector<double>> gram(lengths, std::vector<double>(lengths));
    for (int j = 0; j < lengths; ++j)
        for (int k = 0; k <= j; ++k)
            gram[j][k] = gram[k][j] = dot(imageOf(byLength, j), imageOf(byLength, k));
    return gram;
}

/// ||sum of the images - whole||^2.
double squaredDifference(const Tensor &byLength, const Tensor &whole)
{
    double total = 0;
    for (std::size_t i = 0; i < whole.values.size(); ++i) {
        double sum = 0;
        for (int k = 0; k < byLength.shape.n; ++k)
            sum += imageOf(byLength, k)[i];
        total += (sum - whole.values[i]) * (sum - whole.values[i]);
    }
    return total;
}

} // namespace

double PathGradients::scaledNorm(double alpha, double beta) const
{
    const int n = blockCount();
    std::vector<double> weights(norms.size());
    for (int k = 0; k <= n; ++k)
        weights[k] = std::pow(alpha, n - k) * std::pow(beta, k);
    double square = 0;
    for (int j = 0; j <= n; ++j)
        for (int k = 0; k <= n; ++k)
            square += weights[j] * weights[k] * gram[j][k];
    return std::sqrt(std::max(square, 0.0)); // rounding may leave slightly less than 0
}

Result<PathGradients> pathGradients(const TracedRun &run, const nn::Objective &objective, const std::stop_token &stop)
{
    TRY(check(run));
    TRY(checkHasRelus(run.network(), "the sum over paths"));
    nn::RunOptions options;
    options.stop = stop;
    const Tensor byLength = TRY(nn::gradientsByPathLength(run.trace, objective, options));
    const auto gradients = TRY(nn::backward(run.trace, objective, options));
    const Tensor whole = TRY(gradients->value(run.network().stem));

    PathGradients result;
    result.objective = gradients->objectives()[0];
    result.gram = gramOf(byLength);
    const int n = byLength.shape.n - 1;
    std::vector<std::pair<std::string, double>> named;
    for (int k = 0; k <= n; ++k) {
        result.norms.push_back(std::sqrt(result.gram[k][k]));
        result.log10Counts.push_back(log10Binomial(n, k));
        named.emplace_back("G_" + std::to_string(k), result.norms.back());
    }
    result.complaint = complaintAbout(named);
    const double squares = dot(imageOf(whole, 0), imageOf(whole, 0)), summed = result.scaledNorm(1, 1);
    result.squares = completeness(summed * summed, squares);
    result.residual = ratio(std::sqrt(squaredDifference(byLength, whole)), std::sqrt(squares));
    return result;
}

} // namespace reslens::analysis
