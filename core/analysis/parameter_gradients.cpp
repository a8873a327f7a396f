#include "analysis/parameter_gradients.h"

#include <cmath>

namespace reslens::analysis {

LogHistogram logHistogramOf(std::span<const float> values)
{
    LogHistogram histogram;
    histogram.counts.resize(LogHistogram::kBins);
    for (const float value : values) {
        if (!std::isfinite(value)) {
            ++histogram.notFinite;
            continue;
        }
        if (value == 0) {
            ++histogram.zeros;
            continue;
        }
        const int bin =
            int(std::floor((std::log10(std::abs(double(value))) - LogHistogram::kLow) / LogHistogram::kStep));
        if (bin < 0)
            ++histogram.below;
        else if (bin >= LogHistogram::kBins)
            ++histogram.above;
        else
            ++histogram.counts[bin];
    }
    return histogram;
}

Result<std::vector<ParameterGradient>> parameterGradients(const nn::Model &model, const nn::Gradients &gradients,
                                                          const Job &job)
{
    std::vector<nn::ParameterSpec> specs = nn::parametersOf(model.network);
    std::erase_if(specs, [](const nn::ParameterSpec &spec) { return !spec.isTrained; });
    std::vector<ParameterGradient> all;
    for (const nn::ParameterSpec &spec : specs) {
        if (job.stop.stop_requested())
            return fail(ErrorKind::Cancelled, spec.name, "the gradients of the parameters were cancelled");
        const std::vector<float> gradient = TRY(gradients.ofParameter(spec.name));
        ParameterGradient one{spec.name, spec.shape, magnitude(model.parameters.at(spec.name).toFloats()).norm,
                              magnitude(gradient).norm};
        one.ratio = ratio(one.gradientNorm, one.norm);
        one.histogram = logHistogramOf(gradient);
        one.complaint = complaintAbout({{"values", one.norm}, {"gradient", one.gradientNorm}});
        all.push_back(std::move(one));
        job.report(int(all.size()), int(specs.size()));
    }
    return all;
}

} // namespace reslens::analysis
