#include "analysis/response.h"

#include "analysis/numbers.h"

#include <algorithm>
#include <cmath>

namespace reslens::analysis {

Result<std::vector<Response>> responsesOf(const TracedRun &run, const std::stop_token &stop)
{
    TRY(check(run));
    std::vector<Response> responses;
    const std::vector<nn::Layer> &layers = run.network().layers;
    for (int l = 0; l < int(layers.size()); ++l) {
        if (!std::holds_alternative<nn::BatchNorm>(layers[l].op))
            continue;
        TRY(checkNotStopped(stop, "responses"));
        const nn::Moments moments = TRY(run.trace.moments(l));
        const std::size_t first = std::size_t(run.image) * moments.channels, channels = std::size_t(moments.channels);
        const double count = double(channels) * moments.pixels;
        const double mean = sum(std::span(moments.sum).subspan(first, channels)) / count;
        const double square = sum(std::span(moments.square).subspan(first, channels)) / count;
        Response response{layers[layers[l].inputs[0]].name, l, run.network().blockOf(l), mean,
                          std::sqrt(std::max(square - mean * mean, 0.0))};
        response.complaint = complaintAbout({{"mean", mean}, {"deviation", square - mean * mean}});
        responses.push_back(std::move(response));
    }
    return responses;
}

} // namespace reslens::analysis
