#include "analysis/parameter_gradients.h"

#include "analysis/example.h"
#include "support/samples.h"

#include <QTest>

#include <numeric>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

std::int64_t countOf(const LogHistogram &histogram)
{
    return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t(0)) + histogram.zeros +
           histogram.below + histogram.above + histogram.notFinite;
}

} // namespace

class ParameterGradientsTest : public QObject {
    Q_OBJECT

private slots:
    void a_histogram_has_a_place_for_every_value()
    {
        const float values[]{0, 1, -1, 1e-3f, 1e-20f, 1e10f, std::numeric_limits<float>::infinity(), 3, 0};
        const LogHistogram histogram = logHistogramOf(values);
        QCOMPARE(histogram.zeros, 2);
        QCOMPARE(histogram.below, 1);
        QCOMPARE(histogram.above, 1);
        QCOMPARE(histogram.notFinite, 1);
        QCOMPARE(histogram.counts[48], 2); // log10 1 = 0 = -12 + 48 / 4
        QCOMPARE(histogram.counts[49], 1); // log10 3 = 0.477
        QCOMPARE(countOf(histogram), std::int64_t(std::size(values)));
    }

    void every_trained_parameter_has_its_norm_its_gradient_s_and_their_ratio()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 8, 8}));
        const auto gradients = example.gradients();
        int reports = 0, total = 0;
        const auto all = must(parameterGradients(example.executor->model(), *gradients,
                                                 {.onProgress = [&](int, int of) { ++reports, total = of; }}));
        const auto specs = nn::parametersOf(example.network());
        QCOMPARE(std::ptrdiff_t(all.size()), std::ranges::count_if(specs, &nn::ParameterSpec::isTrained));
        QCOMPARE(reports, int(all.size()));
        QCOMPARE(total, int(all.size()));
        for (const ParameterGradient &one : all) {
            const double weights = norm(example.executor->model().parameters.at(one.name).toFloats());
            const double gradient = norm(must(gradients->ofParameter(one.name)));
            QVERIFY(relative(one.norm, weights) <= 1e-12);
            QVERIFY(relative(one.gradientNorm, gradient) <= 1e-12);
            QVERIFY(relative(one.ratio.value, gradient / weights) <= 1e-12);
            QCOMPARE(countOf(one.histogram),
                     std::accumulate(one.shape.begin(), one.shape.end(), std::int64_t(1), std::multiplies<>()));
        }
    }

    void a_parameter_of_zeros_has_no_ratio_and_one_that_is_not_finite_is_named()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        fill(model, "layer1.0.bn1.bias", 0.0f);
        spoil(model, "layer1.1.conv1.weight", 3, std::numeric_limits<float>::infinity());
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const auto all =
            must(parameterGradients(example.executor->model(), *example.gradients({nn::ObjectiveKind::Logit, 0})));
        const auto named = [&](const std::string &name) {
            return *std::ranges::find(all, name, &ParameterGradient::name);
        };
        QVERIFY(!named("layer1.0.bn1.bias").ratio.isDefined);
        QCOMPARE(named("layer1.0.bn1.bias").ratio.value, 0.0);
        QVERIFY(named("layer1.1.conv1.weight").complaint.starts_with("not finite: values"));
    }

    void it_can_be_cancelled()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        std::stop_source source;
        source.request_stop();
        const auto result =
            parameterGradients(example.executor->model(), *example.gradients(), {.stop = source.get_token()});
        QVERIFY(result.error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ParameterGradientsTest)
#include "parameter_gradients_test.moc"
