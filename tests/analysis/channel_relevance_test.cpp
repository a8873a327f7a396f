#include "analysis/channel_relevance.h"

#include "analysis/example.h"

#include <QTest>

#include <numeric>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

class ChannelRelevanceTest : public QObject {
    Q_OBJECT

private slots:
    /// After the last block the logit is linear in the features.
    void behind_the_last_block_the_channels_sum_to_the_logit_without_its_bias()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({2, 3, 32, 32}));
        const nn::Network &network = example.network();
        const auto gradients = example.gradients({nn::ObjectiveKind::Logit, 4});
        const double bias = example.executor->model().parameters.at("fc.bias").toFloats()[4];
        for (const int image : {0, 1})
            for (const int layer : {network.features, network.blocks.back().y}) {
                const std::vector<double> relevance = must(channelRelevance(example.run(image), *gradients, layer));
                QCOMPARE(int(relevance.size()), 64);
                const double sum = std::accumulate(relevance.begin(), relevance.end(), bias);
                QVERIFY(relative(sum, example.trace->forward().logits(image, 4, 0, 0)) <= 1e-5);
            }
    }

    void a_channel_is_gradient_times_activation_over_its_pixels()
    {
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::Projection))),
                              nn::generateInput({1, 3, 9, 7}));
        const auto gradients = example.gradients();
        const int layer = example.network().blocks[1].F;
        const Tensor a = example.read(layer), g = must(gradients->value(layer));
        const std::vector<double> relevance = must(channelRelevance(example.run(), *gradients, layer));
        for (int c = 0; c < a.shape.c; ++c) {
            double expected = 0;
            for (int h = 0; h < a.shape.h; ++h)
                for (int w = 0; w < a.shape.w; ++w)
                    expected += double(a(0, c, h, w)) * g(0, c, h, w);
            QVERIFY(std::abs(relevance[std::size_t(c)] - expected) <= 1e-9 + 1e-9 * std::abs(expected));
        }
    }

    void the_probabilities_have_no_gradient_to_multiply_with()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 32, 32}));
        const auto gradients = example.gradients();
        QVERIFY(!channelRelevance(example.run(), *gradients, example.network().probabilities));
    }
};

QTEST_GUILESS_MAIN(ChannelRelevanceTest)
#include "channel_relevance_test.moc"
