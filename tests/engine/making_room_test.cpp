// Kept passes make room for new requests, and return with the same bits when they are read.
#include "engine/limited_device.h"
#include "support/compare.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class MakingRoomTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_plenty = std::make_unique<Plenty>();
        QVERIFY(m_plenty->gradients);
        QVERIFY(m_plenty->device.executor->economies().empty());
    }

    void a_trace_that_somebody_looks_at_makes_room_for_its_gradients()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All),
                          few = bytesOfForward(network(), Keep::BetweenBlocks);
        const std::size_t gradients = bytesOfGradients(network(), Keep::BetweenBlocks);
        QVERIFY(few + gradients < all);
        const Limited limited(m_plenty->model, 2 * m_plenty->weightBytes + all + gradients / 2);
        const auto trace = limited.executor->trace(m_plenty->input, {});
        QVERIFY(trace && (*trace)->read(network().blocks[3].F));
        QVERIFY(limited.executor->economies().empty());
        const auto found = nn::backward(**trace, {}, {});
        QVERIFY2(found, found ? "" : found.error().message().c_str());
        QVERIFY(tells(limited, "activations") && tells(limited, "gradients"));
        for (int again = 0; again < 2; ++again) {
            const QByteArray gradient = firstDifference(network(), **found, *m_plenty->gradients);
            QVERIFY2(gradient.isEmpty(), gradient);
            const QByteArray activation = firstDifference(network(), **trace, *m_plenty->trace);
            QVERIFY2(activation.isEmpty(), activation);
        }
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void gradients_and_traces_that_somebody_holds_make_room_for_those_by_path_length()
    {
        const Tensor input = nn::generateInput(kOne);
        const auto wholeTrace = m_plenty->device.executor->trace(input, {});
        const Tensor expected = *nn::gradientsByPathLength(**wholeTrace, {}, {});
        const auto whole = backward(**wholeTrace);
        const std::size_t few = bytesOfForward(network(), Keep::BetweenBlocks, kOne), paths = bytesOfPaths(network());
        const Limited limited(m_plenty->model, 2 * m_plenty->weightBytes + few + paths + (256u << 10));
        const auto trace = limited.executor->trace(input, {});
        const auto gradients = backward(**trace);
        QVERIFY(gradients && gradients->ofParameter("fc.weight"));
        const auto byLength = nn::gradientsByPathLength(**trace, {}, {});
        QVERIFY2(byLength, byLength ? "" : byLength.error().message().c_str());
        QCOMPARE(byLength->values, expected.values);
        QVERIFY(tells(limited, "activations") && tells(limited, "gradients"));
        const QByteArray difference = firstDifference(network(), *gradients, *whole);
        QVERIFY2(difference.isEmpty(), difference);
        const QByteArray activation = firstDifference(network(), **trace, **wholeTrace);
        QVERIFY2(activation.isEmpty(), activation);
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void gradients_that_were_given_up_for_room_are_refused_once_their_trace_ran_again()
    {
        const Tensor input = nn::generateInput(kOne);
        const std::size_t few = bytesOfForward(network(), Keep::BetweenBlocks, kOne), paths = bytesOfPaths(network());
        const Limited limited(m_plenty->model, 2 * m_plenty->weightBytes + few + paths + (256u << 10));
        const auto trace = limited.executor->trace(input, {});
        const auto gradients = backward(**trace);
        QVERIFY(gradients && nn::gradientsByPathLength(**trace, {}, {}));
        nn::RunOptions cut;
        cut.scales.resize(network().blocks.size());
        cut.scales[4].beta = 0;
        QVERIFY(limited.executor->resume(**trace, 4, cut));
        const auto refused = gradients->ofBlock(2);
        QVERIFY(!refused && refused.error().kind == ErrorKind::Unsupported);
        const auto expected = m_plenty->device.executor->trace(input, cut);
        const QByteArray difference = firstDifference(network(), **trace, **expected);
        QVERIFY2(difference.isEmpty(), difference);
        const auto anew = backward(**trace), expectedAnew = backward(**expected);
        const QByteArray gradient = firstDifference(network(), *anew, *expectedAnew);
        QVERIFY2(gradient.isEmpty(), gradient);
    }

    void what_was_made_small_is_whole_again_once_there_is_room()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All);
        const Limited limited(m_plenty->model, m_plenty->weightBytes + all + all * 3 / 4);
        auto held = limited.executor->trace(m_plenty->input, {});
        QVERIFY(held && limited.executor->economies().empty());
        QVERIFY(limited.executor->trace(m_plenty->input, {})); // next to the held one
        QVERIFY(tells(limited, "activations"));
        held->reset();
        QVERIFY(limited.executor->trace(m_plenty->input, {}));
        QVERIFY(limited.executor->economies().empty());
    }

    void a_batch_runs_whole_again_once_there_is_room()
    {
        const Tensor batch = nn::generateInput({6, 3, 64, 64});
        const std::size_t whole = bytesOfForward(network(), Keep::Results, batch.shape),
                          all = bytesOfForward(network(), Keep::All);
        const Limited limited(m_plenty->model, m_plenty->weightBytes + all + whole * 3 / 4);
        auto held = limited.executor->trace(m_plenty->input, {});
        QVERIFY(held && limited.executor->forward(batch, {}));
        QVERIFY(tells(limited, "batch"));
        held->reset();
        QVERIFY(limited.executor->forward(batch, {}));
        QVERIFY(limited.executor->economies().empty());
    }

    void a_held_trace_makes_room_however_many_shapes_ran_after_it()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All);
        const Limited limited(m_plenty->model,
                              2 * m_plenty->weightBytes + all + bytesOfGradients(network(), Keep::BetweenBlocks) / 2);
        const auto trace = limited.executor->trace(m_plenty->input, {});
        for (const int side : {16, 20, 24, 28, 32, 36})
            QVERIFY(limited.executor->forward(nn::generateInput({1, 3, side, side}), {}));
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY2(gradients, gradients ? "" : gradients.error().message().c_str());
        QVERIFY(tells(limited, "activations"));
    }

    void winograds_weights_of_a_held_trace_make_room_for_gradients()
    {
        const auto model = generatedNetwork("resnet18");
        const Tensor input = nn::generateInput({1, 3, 112, 112});
        const Limited plenty(model, 0);
        const std::size_t weightBytes = plenty.context->memory().usedBytes();
        const auto expected = plenty.executor->trace(input, {});
        const Limited limited(model,
                              2 * weightBytes + bytesOfForward(model->network, Keep::BetweenBlocks, input.shape) +
                                  bytesOfGradients(model->network, Keep::BetweenBlocks, input.shape) + (1u << 20));
        const auto trace = limited.executor->trace(input, {});
        QVERIFY(trace && !limited.kernels->sparesMemory());
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY2(gradients, gradients ? "" : gradients.error().message().c_str());
        QVERIFY(limited.kernels->sparesMemory());
        const auto found = (*gradients)->ofBlock(4), wanted = (*nn::backward(**expected, {}, {}))->ofBlock(4);
        QVERIFY(found && wanted);
        QVERIFY(relativeError(found->gx.values, wanted->gx.values) < 1e-4);
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void a_second_model_finds_room_that_the_first_keeps_for_later_or_can_do_without()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All);
        const Limited limited(m_plenty->model, 2 * m_plenty->weightBytes + all + all / 2);
        const auto open = [&] {
            return withRoom(*limited.kernels, VulkanExecutor::kWaysToRoom, [&] {
                return std::make_unique<VulkanExecutor>(*limited.kernels, nullptr, nn::DeviceInfo{}, m_plenty->model);
            });
        };
        const auto held = limited.executor->trace(m_plenty->input, {});
        QVERIFY(held && limited.executor->trace(nn::generateInput(kOne), {})); // the second is free again
        const auto second = open();
        const auto trace = second->trace(m_plenty->input, {});
        QVERIFY2(trace, trace ? "" : trace.error().message().c_str());
        for (const nn::Trace *one : {trace->get(), held->get()}) {
            const QByteArray difference = firstDifference(network(), *one, *m_plenty->trace);
            QVERIFY2(difference.isEmpty(), difference);
        }
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void memory_kept_for_later_makes_room()
    {
        const std::size_t all = bytesOfForward(network(), Keep::All);
        const Limited limited(m_plenty->model, m_plenty->weightBytes + all + all / 2);
        QVERIFY(limited.executor->trace(m_plenty->input, {})); // recorded, and free again
        const Shape other{2, 3, 40, 48};
        const auto trace = limited.executor->trace(nn::generateInput(other), {});
        QVERIFY(trace);
        QVERIFY(limited.context->memory().usedBytes() < m_plenty->weightBytes + all + all / 4);
    }

private:
    const nn::Network &network() const { return m_plenty->model->network; }

    std::unique_ptr<Plenty> m_plenty;
};

QTEST_GUILESS_MAIN(MakingRoomTest)
#include "making_room_test.moc"
