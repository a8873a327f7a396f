#include "analysis/channel_relevance.h"

#include "analysis/numbers.h"

namespace reslens::analysis {

Result<std::vector<double>> channelRelevance(const TracedRun &run, const nn::Gradients &gradients, int layer)
{
    TRY(check(run));
    const Tensor a = TRY(run.trace.read(layer)), g = TRY(gradients.value(layer));
    const std::span<const float> values = imageOf(a, run.image), slopes = imageOf(g, run.image);
    const std::size_t plane = a.shape.planeCount();
    std::vector<double> relevance;
    for (std::size_t begin = 0; begin < values.size(); begin += plane)
        relevance.push_back(dot(values.subspan(begin, plane), slopes.subspan(begin, plane)));
    return relevance;
}

} // namespace reslens::analysis
