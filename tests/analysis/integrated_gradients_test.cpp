#include "analysis/integrated_gradients.h"

#include "analysis/example.h"
#include "support/compare.h"

#include <QTest>

#include <numeric>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

const Shape kSmall{1, 3, 16, 16};

} // namespace

class IntegratedGradientsTest : public QObject {
    Q_OBJECT

private slots:
    void they_sum_to_the_change_from_the_baseline_better_with_every_step()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        std::vector<double> residuals;
        for (const int steps : {4, 64, 512}) {
            const auto result =
                must(integratedGradients(*executor, input, {.question = {{nn::ObjectiveKind::Logit}}, .steps = steps}));
            QVERIFY(result.total.residual.isDefined);
            QCOMPARE(result.total.whole, result.objective.value - result.baselineValue);
            residuals.push_back(result.total.residual.value);
            qInfo("%d steps: residual %.1e", steps, residuals.back());
            const double attributed =
                std::accumulate(result.attribution.values.begin(), result.attribution.values.end(), 0.0);
            const double mapped = std::accumulate(result.map.values.begin(), result.map.values.end(), 0.0);
            QVERIFY(relative(attributed, result.total.sum) <= 1e-5);
            QVERIFY(relative(mapped, result.total.sum) <= 1e-5);
        }
        QVERIFY(residuals[1] < residuals[0] && residuals[2] < residuals[1]);
        QVERIFY(residuals[1] <= 1e-3);
        QVERIFY(residuals[2] <= 1e-4);
    }

    void between_close_images_they_are_the_gradient_times_the_change()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        IntegratedGradientsRequest request{.question = {{nn::ObjectiveKind::Logit, 4}}, .baseline = input, .steps = 1};
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
        IntegratedGradientsRequest request{.steps = 8};
        const auto free = must(integratedGradients(*executor, input, request));
        request.question.objective.target = must(answer(*executor, input, {}, {})).objective.target;
        QCOMPARE(free.attribution.values, must(integratedGradients(*executor, input, request)).attribution.values);
        QCOMPARE(free.objective.target, request.question.objective.target);
    }

    void bad_requests_are_refused_and_runs_can_be_stopped()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        QVERIFY(integratedGradients(*executor, input, {.steps = 0}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(integratedGradients(*executor, input, {.baseline = Tensor({1, 3, 8, 8})}).error().kind ==
                ErrorKind::InvalidInput);
        std::stop_source source;
        int last = 0;
        const Job job{source.get_token(), [&](int done, int total) {
                          QCOMPARE(total, 64);
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
