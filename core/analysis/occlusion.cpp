#include "analysis/occlusion.h"

#include "analysis/numbers.h"

#include <algorithm>

namespace reslens::analysis {

namespace {

std::vector<int> startsAlong(int extent, int patch, int stride)
{
    std::vector<int> starts;
    for (int at = 0; at < extent - patch; at += stride)
        starts.push_back(at);
    starts.push_back(extent - patch);
    return starts;
}

Result<void> check(const Tensor &input, const OcclusionRequest &request)
{
    if (request.patch < 1 || request.patch > std::min(input.shape.h, input.shape.w))
        return fail(ErrorKind::InvalidInput, "occlusion",
                    "a square of " + std::to_string(request.patch) + " pixels does not fit an image of " +
                        input.shape.text());
    if (request.stride < 1 || request.batch < 1)
        return fail(ErrorKind::InvalidInput, "occlusion", "the stride and the batch must be 1 or more");
    return {};
}

class Coverer {
public:
    Coverer(const Tensor &input, const OcclusionRequest &request, const Occlusion &places)
        : m_input(input), m_request(request), m_places(places)
    {
    }

    /// Copies of the image, one for each of the squares first ... last - 1, which is covered.
    Tensor covered(int first, int last) const
    {
        Shape shape = m_input.shape;
        shape.n = last - first;
        Tensor batch(shape);
        for (int n = 0; n < shape.n; ++n) {
            std::copy(m_input.values.begin(), m_input.values.end(),
                      batch.values.begin() + std::ptrdiff_t(batch.index(n, 0, 0, 0)));
            cover(batch, n, first + n);
        }
        return batch;
    }

private:
    void cover(Tensor &batch, int n, int place) const
    {
        const int columns = int(m_places.lefts.size());
        const int top = m_places.tops[place / columns], left = m_places.lefts[place % columns];
        for (int c = 0; c < batch.shape.c; ++c)
            for (int row = top; row < top + m_request.patch; ++row)
                std::fill_n(batch.values.begin() + std::ptrdiff_t(batch.index(n, c, row, left)), m_request.patch,
                            m_request.fill);
    }

    const Tensor &m_input;
    const OcclusionRequest &m_request;
    const Occlusion &m_places;
};

} // namespace

OcclusionRequest usualOcclusion(const Question &question, Shape input)
{
    constexpr int kSquaresAcross = 7;
    OcclusionRequest request;
    request.question = question;
    request.patch = std::max(1, std::min(input.h, input.w) / kSquaresAcross);
    request.stride = std::max(1, request.patch / 2);
    return request;
}

Result<Occlusion> occlusion(nn::Executor &executor, const Tensor &input, const OcclusionRequest &request,
                            const Job &job)
{
    TRY(check(input, request));
    const Answer intact = TRY(answer(executor, input, request.question, job.stop));
    const Question question = settled(request.question, intact.objective);
    Occlusion result{intact.objective,
                     startsAlong(input.shape.h, request.patch, request.stride),
                     startsAlong(input.shape.w, request.patch, request.stride),
                     {},
                     {}};
    result.map = Tensor({1, 1, int(result.tops.size()), int(result.lefts.size())});
    const Coverer coverer(input, request, result);
    const int places = int(result.map.values.size());
    for (int first = 0; first < places; first += request.batch) {
        const int last = std::min(first + request.batch, places);
        const auto forward =
            TRY(executor.forward(coverer.covered(first, last), {.scales = question.scales, .stop = job.stop}));
        const auto objectives = TRY(nn::evaluate(question.objective, forward.logits, forward.activation));
        for (int place = first; place < last; ++place)
            result.map.values[place] = float(result.objective.value - objectives.images[place - first].value);
        job.report(last, places);
    }
    result.complaint = complaintAbout({{"map", magnitude(result.map.values).norm}});
    return result;
}

} // namespace reslens::analysis
