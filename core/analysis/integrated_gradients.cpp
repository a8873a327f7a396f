#include "analysis/integrated_gradients.h"

#include "analysis/line_integral.h"

#include <cmath>

namespace reslens::analysis {

namespace {

// The whole path is sampled before its worst part is searched: a part without samples shows no error.
constexpr int kFirstIntervals = 8;

Result<void> check(const Tensor &input, const IntegratedGradientsRequest &request)
{
    if (request.maxPasses < 2 || !(request.tolerance > 0))
        return fail(ErrorKind::InvalidInput, "integrated gradients",
                    "need at least two passes and a tolerance above 0");
    if (!request.baseline.values.empty() && request.baseline.shape != input.shape)
        return fail(ErrorKind::InvalidInput, "baseline",
                    "has shape " + request.baseline.shape.text() + ", the image has " + input.shape.text());
    return {};
}

/// Walks the straight line from the baseline (t = 0) to the input (t = 1), one pass at a time.
class Walk {
public:
    Walk(nn::Executor &executor, const Tensor &input, const IntegratedGradientsRequest &request, const Job &job)
        : m_executor(executor), m_input(input), m_baseline(request.baseline), m_request(request), m_job(job),
          m_question(request.question)
    {
        if (m_baseline.values.empty())
            m_baseline = Tensor(input.shape);
    }

    Result<IntegratedGradients> run()
    {
        // The input comes first, because its class is the question all along the path.
        const nn::ImageObjective atInput = TRY(pass(1));
        m_question = settled(m_question, atInput);
        const nn::ImageObjective atBaseline = TRY(pass(0));
        for (int i = 1; i < kFirstIntervals && m_passes < m_request.maxPasses; ++i)
            TRY(pass(double(i) / kFirstIntervals));
        while (wantsMore())
            TRY(pass(m_integral.worst()));
        return result(atInput, atBaseline.value);
    }

private:
    Result<nn::ImageObjective> pass(double t)
    {
        const Answer there = TRY(differentiate(m_executor, pointAt(t), m_question, m_job.stop));
        std::vector<float> rates(m_input.values.size());
        for (std::size_t i = 0; i < rates.size(); ++i)
            rates[i] = float(direction(i) * there.gradient.values[i]);
        m_integral.add(t, there.objective.value, std::move(rates));
        m_job.report(++m_passes, m_request.maxPasses);
        return there.objective;
    }

    /// False also if J or the gradients are not finite, because more passes would not help.
    bool wantsMore() const
    {
        return m_passes < m_request.maxPasses && std::isfinite(m_integral.change()) &&
               m_integral.uncertainty() > m_request.tolerance;
    }

    double direction(std::size_t i) const { return double(m_input.values[i]) - m_baseline.values[i]; }

    Tensor pointAt(double t) const
    {
        Tensor point(m_input.shape);
        for (std::size_t i = 0; i < point.values.size(); ++i)
            point.values[i] = float(m_baseline.values[i] + t * direction(i));
        return point;
    }

    IntegratedGradients result(const nn::ImageObjective &objective, double baselineValue) const
    {
        IntegratedGradients result{objective, baselineValue, Tensor(m_input.shape),
                                   Tensor({1, 1, m_input.shape.h, m_input.shape.w})};
        const std::vector<double> parts = m_integral.integrals();
        const std::size_t plane = m_input.shape.planeCount();
        double sum = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const float part = float(parts[i]);
            result.attribution.values[i] = part;
            result.map.values[i % plane] += part;
            sum += part;
        }
        const double change = m_integral.change();
        result.total = completeness(sum, change);
        result.unexplained = ratio(std::abs(m_integral.error()), std::abs(change));
        result.uncertainty = m_integral.uncertainty();
        result.passes = m_passes;
        result.complaint = complaintAbout({{"J", change}, {"attribution", sum}});
        result.isWithinTolerance = result.uncertainty <= m_request.tolerance && result.complaint.empty();
        return result;
    }

    nn::Executor &m_executor;
    const Tensor &m_input;
    Tensor m_baseline;
    const IntegratedGradientsRequest &m_request;
    const Job &m_job;
    Question m_question;
    LineIntegral m_integral;
    int m_passes = 0;
};

} // namespace

Result<IntegratedGradients> integratedGradients(nn::Executor &executor, const Tensor &input,
                                                const IntegratedGradientsRequest &request, const Job &job)
{
    return check(input, request).and_then([&] { return Walk(executor, input, request, job).run(); });
}

} // namespace reslens::analysis
