#include "analysis/integrated_gradients.h"

#include "analysis/example.h"
#include "support/compare.h"

#include <QTest>

#include <limits>
#include <numeric>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

const Shape kSmall{1, 3, 16, 16};

/// Computes the definition without adaptive steps: (x - x') * mean of dJ/dx over the midpoints of equal steps; x' = 0.
Tensor byMidpoints(nn::Executor &executor, const Tensor &input, const Question &question, int steps)
{
    std::vector<double> sums(input.values.size());
    for (int step = 0; step < steps; ++step) {
        Tensor point = input;
        for (float &value : point.values)
            value = float(value * (step + 0.5) / steps);
        const Answer there = must(differentiate(executor, point, question, {}));
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += there.gradient.values[i];
    }
    Tensor attribution(input.shape);
    for (std::size_t i = 0; i < sums.size(); ++i)
        attribution.values[i] = float(input.values[i] * sums[i] / steps);
    return attribution;
}

double sumOf(const Tensor &tensor)
{
    return std::accumulate(tensor.values.begin(), tensor.values.end(), 0.0);
}

} // namespace

class IntegratedGradientsTest : public QObject {
    Q_OBJECT

private slots:
    void they_sum_to_the_change_from_the_baseline_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("logit") << int(nn::ObjectiveKind::Logit);
        QTest::newRow("log p") << int(nn::ObjectiveKind::LogProbability);
        QTest::newRow("p") << int(nn::ObjectiveKind::Probability);
    }
    void they_sum_to_the_change_from_the_baseline()
    {
        QFETCH(int, kind);
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const IntegratedGradientsRequest request{.question = {{nn::ObjectiveKind(kind)}}};
        const auto result = must(integratedGradients(*executor, input, request));
        qInfo("%d passes: residual %.1e, by the gradients alone %.1e, uncertainty %.1e", result.passes,
              result.total.residual.value, result.unexplained.value, result.uncertainty);
        QVERIFY(result.isWithinTolerance);
        QVERIFY(result.passes < request.maxPasses);
        QCOMPARE(result.total.whole, result.objective.value - result.baselineValue);
        QVERIFY(relative(sumOf(result.attribution), result.total.whole) <= 1e-4);
        QVERIFY(relative(sumOf(result.map), result.total.whole) <= 1e-4);
        QCOMPARE(result.total.residual.value, relative(sumOf(result.attribution), result.total.whole));
        QVERIFY(result.uncertainty <= request.tolerance);
        QVERIFY(result.unexplained.value <= 0.05);
    }

    void they_are_as_close_to_the_definition_as_they_say_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("logit") << int(nn::ObjectiveKind::Logit);
        QTest::newRow("log p") << int(nn::ObjectiveKind::LogProbability);
    }
    void they_are_as_close_to_the_definition_as_they_say()
    {
        QFETCH(int, kind);
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const Question question{{nn::ObjectiveKind(kind), 4}};
        const Tensor expected = byMidpoints(*executor, input, question, 1024);
        double last = 1;
        for (const double tolerance : {0.05, 0.02, 0.01}) {
            const auto result = must(integratedGradients(
                *executor, input, {.question = question, .tolerance = tolerance, .maxPasses = 512}));
            const double error = relativeError(result.attribution, expected);
            const double ofEqualSteps = relativeError(byMidpoints(*executor, input, question, result.passes), expected);
            qInfo("%d passes: off by %.1e, says %.1e; equal steps by %.1e", result.passes, error, result.uncertainty,
                  ofEqualSteps);
            QVERIFY(result.isWithinTolerance);
            QVERIFY(error < last && error < 1.5 * result.uncertainty);
            QVERIFY(error <= ofEqualSteps);
            last = error;
        }
    }

    void where_the_passes_do_not_suffice_it_is_said()
    {
        const auto executor = executorFor("resnet20");
        const auto result = must(integratedGradients(*executor, nn::generateInput(kSmall), {.maxPasses = 4}));
        QCOMPARE(result.passes, 4);
        QVERIFY(!result.isWithinTolerance);
        QCOMPARE(result.total.residual.value, relative(sumOf(result.attribution), result.total.whole));
    }

    void between_an_image_and_itself_there_is_nothing_to_share_out()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const auto result = must(integratedGradients(*executor, input, {.baseline = input}));
        QVERIFY(result.passes < 16);
        QCOMPARE(sumOf(result.attribution), 0.0);
        QVERIFY(!result.total.residual.isDefined && !result.unexplained.isDefined);
    }

    void weights_that_are_not_finite_end_it_with_a_complaint()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::Projection));
        spoil(model, "fc.bias", 0, std::numeric_limits<float>::quiet_NaN());
        const auto executor = executorFor(std::move(model));
        const auto result = must(
            integratedGradients(*executor, nn::generateInput(kSmall), {.question = {{nn::ObjectiveKind::Logit, 0}}}));
        QVERIFY(result.passes < 16);
        QVERIFY(result.complaint.starts_with("not finite: J"));
        QVERIFY(!result.isWithinTolerance);
    }

    void between_close_images_they_are_the_gradient_times_the_change()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        IntegratedGradientsRequest request{.question = {{nn::ObjectiveKind::Logit, 4}}, .baseline = input};
        for (float &value : request.baseline.values)
            value *= 0.9999f;
        const auto result = must(integratedGradients(*executor, input, request));
        const Answer there = must(differentiate(*executor, input, request.question, {}));
        Tensor expected(input.shape);
        for (std::size_t i = 0; i < expected.values.size(); ++i)
            expected.values[i] = (input.values[i] - request.baseline.values[i]) * there.gradient.values[i];
        QVERIFY2(relativeError(result.attribution, expected) <= 1e-2, worst(result.attribution, expected));
    }

    void the_class_is_the_image_s_all_along_the_path()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        IntegratedGradientsRequest request{.maxPasses = 8};
        const auto free = must(integratedGradients(*executor, input, request));
        request.question.objective.target = must(answer(*executor, input, {}, {})).objective.target;
        QCOMPARE(free.attribution.values, must(integratedGradients(*executor, input, request)).attribution.values);
        QCOMPARE(free.objective.target, request.question.objective.target);
    }

    void bad_requests_are_refused_and_runs_can_be_stopped()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        QVERIFY(integratedGradients(*executor, input, {.maxPasses = 1}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(integratedGradients(*executor, input, {.tolerance = 0}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(integratedGradients(*executor, input, {.baseline = Tensor({1, 3, 8, 8})}).error().kind ==
                ErrorKind::InvalidInput);
        std::stop_source source;
        int last = 0;
        const Job job{source.get_token(), [&](int done, int total) {
                          QCOMPARE(total, 128);
                          last = done;
                          if (done == 2)
                              source.request_stop();
                      }};
        QVERIFY(integratedGradients(*executor, input, {}, job).error().kind == ErrorKind::Cancelled);
        QCOMPARE(last, 2);
    }
};

QTEST_GUILESS_MAIN(IntegratedGradientsTest)
#include "integrated_gradients_test.moc"
