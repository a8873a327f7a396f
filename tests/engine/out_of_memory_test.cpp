// When memory runs out, less is kept and more is computed again. The answers have the same bits, or are an error.
#include "engine/limited_device.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class OutOfMemoryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_plenty = std::make_unique<Plenty>();
        QVERIFY(m_plenty->gradients);
        QVERIFY(m_plenty->device.executor->economies().empty());
    }

    void a_trace_that_does_not_fit_keeps_what_goes_between_blocks()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All),
                          few = bytesOfForward(network(), Keep::BetweenBlocks);
        QVERIFY2(few < all / 2, QByteArray::number(double(few) / double(all)));
        const Limited limited(m_plenty->model, m_plenty->weightBytes + few + (all - few) / 2);
        const auto trace = limited.executor->trace(m_plenty->input, {});
        QVERIFY2(trace, trace ? "" : trace.error().message().c_str());
        QVERIFY(limited.context->memory().peakBytes() < m_plenty->weightBytes + all);
        QVERIFY(tells(limited, "activations"));
        const QByteArray difference = firstDifference(network(), **trace, *m_plenty->trace);
        QVERIFY2(difference.isEmpty(), difference);
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void a_trace_of_checkpoints_resumes_with_other_scales()
    {
        const Limited limited(m_plenty->model,
                              m_plenty->weightBytes + bytesOfForward(network(), Keep::BetweenBlocks) + (1u << 20));
        auto trace = limited.executor->trace(m_plenty->input, {}),
             expected = m_plenty->device.executor->trace(m_plenty->input, {});
        QVERIFY(trace && expected);
        for (const int block : {8, 4, 1}) {
            QVERIFY((*trace)->read(network().blocks[2].F)); // some other block's inside is there before
            nn::RunOptions options;
            options.scales.resize(network().blocks.size());
            options.scales[block].beta = 0;
            QVERIFY(limited.executor->resume(**trace, block, options));
            QVERIFY(m_plenty->device.executor->resume(**expected, block, options));
            const QByteArray difference = firstDifference(network(), **trace, **expected);
            QVERIFY2(difference.isEmpty(), difference);
        }
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void with_every_amount_of_memory_answers_are_the_same_or_an_error()
    {
        bool wasTooLittle = false, wasRecomputed = false, wasEnough = false;
        const std::size_t all = bytesOfForward(network(), Keep::All);
        for (std::size_t limit = m_plenty->weightBytes; limit < m_plenty->weightBytes + 4 * all && !wasEnough;
             limit += all / 6) {
            const Limited limited(m_plenty->model, limit);
            const auto trace = limited.executor->trace(m_plenty->input, {});
            const auto gradients = trace ? nn::backward(**trace, {}, {}) : tl::unexpected(trace.error());
            if (!gradients) {
                QVERIFY2(isOutOfMemory(gradients.error()), gradients.error().message().c_str());
                QVERIFY2(!wasRecomputed, "less memory had sufficed");
                wasTooLittle = true;
                continue;
            }
            const bool isEnough = limited.context->memory().usedBytes() >= m_plenty->fullBytes;
            (isEnough ? wasEnough : wasRecomputed) = true;
            QCOMPARE(tells(limited, "gradients"), !isEnough); // they need the most, and are given up first
            const QByteArray difference = firstDifference(network(), **gradients, *m_plenty->gradients);
            QVERIFY2(difference.isEmpty(), difference);
            QCOMPARE(limited.context->messageCount(), 0);
        }
        QVERIFY(wasTooLittle);
        QVERIFY(wasRecomputed);
        QVERIFY(wasEnough);
    }

    void recomputed_gradients_of_a_trace_that_ran_again_are_refused()
    {
        const Limited limited(m_plenty->model, m_plenty->fullBytes - bytesOfForward(network(), Keep::All) / 4);
        const auto trace = limited.executor->trace(m_plenty->input, {});
        QVERIFY(trace);
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY2(gradients, gradients ? "" : gradients.error().message().c_str());
        QVERIFY(limited.executor->resume(**trace, 3, {}));
        QVERIFY((*gradients)->ofInput()); // it was kept
        const auto refused = (*gradients)->ofBlock(7);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == ErrorKind::Unsupported);
    }

    void a_batch_that_does_not_fit_runs_in_halves()
    {
        const Tensor batch = nn::generateInput({6, 3, 64, 64});
        const auto expected = m_plenty->device.executor->forward(batch, {});
        const std::size_t whole = bytesOfForward(network(), Keep::Results, batch.shape);
        const Limited limited(m_plenty->model, m_plenty->weightBytes + whole * 3 / 4);
        const auto forward = limited.executor->forward(batch, {});
        QVERIFY2(forward, forward ? "" : forward.error().message().c_str());
        QCOMPARE(forward->logits.shape, expected->logits.shape);
        QCOMPARE(forward->logits.values, expected->logits.values);
        QVERIFY(tells(limited, "batch"));
        QVERIFY(limited.executor->forward(m_plenty->input, {})); // the rest of a list of pictures, which fits
        QVERIFY(tells(limited, "batch"));
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void without_room_for_winograds_weights_the_direct_kernels_answer()
    {
        const auto model = generatedNetwork("resnet18");
        const Tensor input = nn::generateInput({1, 3, 112, 112}); // large enough for Winograd by default
        const Limited plenty(model, 0);
        const std::size_t weightBytes = plenty.context->memory().usedBytes();
        const auto expected = plenty.executor->forward(input, {});
        QVERIFY(expected);
        const std::size_t usedBytes = plenty.context->memory().usedBytes();

        const Limited limited(model, usedBytes - (2u << 20));
        const auto forward = limited.executor->forward(input, {});
        QVERIFY2(forward, forward ? "" : forward.error().message().c_str());
        QVERIFY(limited.kernels->sparesMemory());
        QVERIFY(tells(limited, "Winograd"));
        QVERIFY(limited.context->memory().usedBytes() > weightBytes);
        for (std::size_t i = 0; i < forward->logits.values.size(); ++i)
            QVERIFY(std::abs(forward->logits.values[i] - expected->logits.values[i]) < 1e-4f);
        QCOMPARE(*limited.executor->tune(input.shape, {}), 0); // there is no room for it either
        QCOMPARE(limited.context->messageCount(), 0);
    }

private:
    const nn::Network &network() const { return m_plenty->model->network; }

    std::unique_ptr<Plenty> m_plenty;
};

QTEST_GUILESS_MAIN(OutOfMemoryTest)
#include "out_of_memory_test.moc"
