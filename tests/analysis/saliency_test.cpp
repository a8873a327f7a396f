#include "analysis/saliency.h"

#include "analysis/example.h"
#include "analysis/seeded_random.h"
#include "support/compare.h"

#include <QTest>

#include <map>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

const Shape kSmall{1, 3, 16, 16};

} // namespace

class SaliencyTest : public QObject {
    Q_OBJECT

private slots:
    void saliency_is_the_largest_gradient_of_a_pixel()
    {
        const Example example(executorFor("resnet20"), nn::generateInput(kSmall));
        const Saliency saliency = must(inputSaliency(*example.executor, nn::generateInput(kSmall), {}));
        const Tensor gradient = must(example.gradients()->ofInput());
        QCOMPARE(saliency.gradient.values, gradient.values);
        for (int h = 0; h < 16; ++h)
            for (int w = 0; w < 16; ++w)
                QCOMPARE(saliency.map(0, 0, h, w),
                         std::max({std::abs(gradient(0, 0, h, w)), std::abs(gradient(0, 1, h, w)),
                                   std::abs(gradient(0, 2, h, w))}));
        QVERIFY(saliency.complaint.empty());
    }

    void smooth_grad_without_noise_is_the_gradient()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const Saliency smooth = must(smoothGrad(*executor, input, {.samples = 3, .noise = 0}));
        const Saliency plain = must(inputSaliency(*executor, input, {}));
        QVERIFY(relativeError(smooth.gradient, plain.gradient) <= 1e-6);
    }

    void smooth_grad_is_its_seed_s()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const auto with = [&](std::uint64_t seed) {
            return must(smoothGrad(*executor, input, {.samples = 2, .seed = seed})).gradient.values;
        };
        const auto first = with(7);
        QCOMPARE(with(7), first);
        QVERIFY(with(8) != first);
    }

    void smooth_grad_keeps_the_class_of_the_image()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        const int top = must(inputSaliency(*executor, input, {})).objective.target;
        SmoothGradRequest request{.samples = 4, .noise = 2};
        const Saliency free = must(smoothGrad(*executor, input, request));
        request.question.objective.target = top;
        QCOMPARE(free.gradient.values, must(smoothGrad(*executor, input, request)).gradient.values);
    }

    void random_numbers_are_spread_as_they_should_be()
    {
        SeededRandom random(3);
        const int count = 20000;
        double mean = 0, square = 0;
        for (int i = 0; i < count; ++i) {
            const double value = random.normal();
            mean += value / count;
            square += value * value / count;
        }
        QVERIFY(std::abs(mean) < 4 / std::sqrt(double(count)));
        QVERIFY(std::abs(square - 1) < 4 * std::sqrt(2.0 / count));

        std::map<std::vector<int>, int> seen; // the 10 sets of 2 out of 5
        for (int i = 0; i < count; ++i)
            ++seen[random.subset(5, 2)];
        QCOMPARE(int(seen.size()), 10);
        for (const auto &[set, times] : seen)
            QVERIFY(std::abs(times - count / 10) < 5 * std::sqrt(count / 10.0));
    }

    void bad_requests_are_refused_and_runs_can_be_stopped()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kSmall);
        QVERIFY(smoothGrad(*executor, input, {.samples = 0}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(smoothGrad(*executor, input, {.noise = -1}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(inputSaliency(*executor, nn::generateInput({2, 3, 8, 8}), {}).error().kind == ErrorKind::InvalidInput);
        std::stop_source source;
        const Job job{source.get_token(), [&](int done, int) { done == 2 ? source.request_stop() : false; }};
        QVERIFY(smoothGrad(*executor, input, {}, job).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(SaliencyTest)
#include "saliency_test.moc"
