#include "analysis/channel_relevance.h"

#include "analysis/numbers.h"

namespace reslens::analysis {

Result<std::vector<double>> channelRelevance(const TracedRun &run, const nn::Gradients &gradients, int layer)
{
    if (const Result<void> checked = check(run); !checked)
        return tl::unexpected(checked.error());
    const Result<Tensor> a = run.trace.read(layer), g = gradients.value(layer);
    if (!a)
        return tl::unexpected(a.error());
    if (!g)
        return tl::unexpected(g.error());
    const std::span<const float> values = imageOf(*a, run.image), slopes = imageOf(*g, run.image);
    const std::size_t plane = a->shape.planeCount();
    std::vector<double> relevance;
    for (std::size_t begin = 0; begin < values.size(); begin += plane)
        relevance.push_back(dot(values.subspan(begin, plane), slopes.subspan(begin, plane)));
    return relevance;
}

} // namespace reslens::analysis
