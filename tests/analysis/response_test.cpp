#include "analysis/response.h"

#include "analysis/example.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

class ResponseTest : public QObject {
    Q_OBJECT

private slots:
    void every_convolution_answers_once_projections_included()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 16, 16}));
        const auto responses = must(responsesOf(example.run()));
        QCOMPARE(int(responses.size()), 1 + 9 * 2 + 2);
        QCOMPARE(responses[0].convolution, std::string("conv1"));
        QCOMPARE(responses[0].block, -1);
        QCOMPARE(responses.back().convolution, std::string("layer3.2.conv2"));
        QCOMPARE(responses.back().block, 8);
        const auto isProjection = [](const Response &r) { return r.convolution == "layer2.0.downsample.0"; };
        QCOMPARE(int(std::ranges::count_if(responses, isProjection)), 1);
    }

    void a_response_is_the_standard_deviation_over_channels_and_pixels()
    {
        const Tensor batch = nn::generateInput({2, 3, 16, 16});
        const Example example(executorFor("resnet20"), batch);
        for (const Response &response : must(responsesOf(example.run(1)))) {
            const Tensor output = imageAlone(example.read(response.layer), 1);
            double mean = 0, variance = 0;
            for (const float value : output.values)
                mean += value / double(output.values.size());
            for (const float value : output.values)
                variance += (value - mean) * (value - mean) / double(output.values.size());
            QVERIFY(std::abs(response.mean - mean) <= 1e-9 * (1 + std::abs(mean)));
            QVERIFY(relative(response.deviation, std::sqrt(variance)) <= 1e-9);
            QVERIFY(response.complaint.empty());
        }
    }

    void a_convolution_that_overflows_is_named()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        spoil(model, "layer1.1.conv1.weight", 0, std::numeric_limits<float>::infinity());
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const auto responses = must(responsesOf(example.run()));
        const auto first = std::ranges::find_if(responses, [](const Response &r) { return !r.complaint.empty(); });
        QVERIFY(first != responses.end());
        QCOMPARE(first->convolution, std::string("layer1.1.conv1"));
    }

    void a_stop_ends_it()
    {
        const Example example(executorFor(modelOf(smallGrouped())), nn::generateInput({1, 3, 16, 16}));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(responsesOf(example.run(), stop.get_token()).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ResponseTest)
#include "response_test.moc"
