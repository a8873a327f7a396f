// The Vulkan executor's promises: modes agree, scales, batches, traces that stay, repeatable bits, stops, errors.
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "reference/executor.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QTest>

#include <algorithm>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

Tensor input(int n, int size = 32)
{
    return nn::generateInput({n, 3, size, size});
}

/// Returns image n of a batch.
Tensor imageOf(const Tensor &batch, int n)
{
    Tensor one({1, batch.shape.c, batch.shape.h, batch.shape.w});
    std::copy_n(batch.values.begin() + std::ptrdiff_t(batch.index(n, 0, 0, 0)), one.values.size(), one.values.begin());
    return one;
}

} // namespace

class EngineExecutorTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_device = openValidatedDevice();
        m_resnet = make("resnet20");
    }

    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void both_modes_give_the_same_bits()
    {
        const auto fast = m_resnet->forward(input(1), {});
        const auto trace = m_resnet->trace(input(1), {});
        QVERIFY(fast && trace);
        QCOMPARE(fast->logits.values, (*trace)->forward().logits.values);
    }

    void the_same_input_gives_the_same_bits()
    {
        const auto first = m_resnet->forward(input(2), {});
        const auto other = m_resnet->forward(nn::generateInput({2, 3, 48, 32}), {});
        const auto second = m_resnet->forward(input(2), {});
        QVERIFY(first && other && second);
        QCOMPARE(first->logits.values, second->logits.values);
        QCOMPARE(first->probabilities.values, second->probabilities.values);
    }

    void a_batch_equals_its_images_one_by_one()
    {
        const Tensor batch = input(3);
        const auto together = m_resnet->forward(batch, {});
        QVERIFY(together);
        for (int n = 0; n < 3; ++n) {
            const auto alone = m_resnet->forward(imageOf(batch, n), {});
            QVERIFY(alone);
            QVERIFY2(relativeError(imageOf(together->logits, n), alone->logits) <= kTolerance,
                     worst(imageOf(together->logits, n), alone->logits));
        }
    }

    void scales_act_as_in_the_reference_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("block"); // -1: all
        QTest::addColumn<float>("alpha");
        QTest::addColumn<float>("beta");
        QTest::newRow("lesion") << "resnet20" << 2 << 1.0f << 0.0f;
        QTest::newRow("lesion of a zero-padded block") << "resnet20" << 3 << 1.0f << 0.0f;
        QTest::newRow("plain counterfactual") << "resnet20" << -1 << 0.0f << 1.0f;
        QTest::newRow("scaled both ways") << "resnet20" << 5 << 0.5f << -1.5f;
        QTest::newRow("projection") << "resnet18" << 2 << 0.25f << 2.0f;
    }

    void scales_act_as_in_the_reference()
    {
        QFETCH(QString, architecture);
        QFETCH(int, block);
        QFETCH(float, alpha);
        QFETCH(float, beta);
        const auto model = generatedModel(architecture.toStdString());
        nn::RunOptions options;
        options.scales.resize(model->network.blocks.size());
        for (int b = 0; b < int(options.scales.size()); ++b)
            if (block < 0 || b == block)
                options.scales[b] = {alpha, beta};
        auto vulkan = engine::Device::makeExecutor(m_device, model);
        QVERIFY(vulkan);
        const auto expected = reference::makeExecutor(model, "test")->forward(input(1), options);
        const auto fast = (*vulkan)->forward(input(1), options);
        const auto trace = (*vulkan)->trace(input(1), options);
        QVERIFY(expected && fast && trace);
        QVERIFY2(relativeError(fast->logits, expected->logits) <= kTolerance, worst(fast->logits, expected->logits));
        QCOMPARE((*trace)->forward().logits.values, fast->logits.values);
    }

    void a_trace_adds_up_at_every_block()
    {
        const auto trace = m_resnet->trace(input(1), {});
        QVERIFY(trace);
        for (const nn::Block &block : m_resnet->model().network.blocks) {
            const Tensor s = *(*trace)->read(block.s), F = *(*trace)->read(block.F), u = *(*trace)->read(block.u);
            for (std::size_t i = 0; i < u.values.size(); ++i)
                QCOMPARE(u.values[i], s.values[i] + F.values[i]); // to the last bit
        }
    }

    void a_trace_stays_as_it_was_while_the_executor_runs_on()
    {
        const auto first = m_resnet->trace(input(1), {});
        const int y = m_resnet->model().network.blocks[4].y;
        const Tensor before = *(*first)->read(y);
        nn::RunOptions lesion;
        lesion.scales.assign(9, {1.0f, 0.0f});
        const auto second = m_resnet->trace(input(1), lesion);
        QCOMPARE((*first)->read(y)->values, before.values);
        QVERIFY((*second)->read(y)->values != before.values);
    }

    void a_trace_resumes_at_a_block_as_if_it_had_run_from_the_start()
    {
        const auto trace = m_resnet->trace(input(1), {});
        const Tensor before = *(*trace)->read(m_resnet->model().network.blocks[5].y);
        nn::RunOptions lesion;
        lesion.scales.resize(9);
        for (const int block : {8, 6, 0}) { // from the last to the first, so that earlier ones stay intact
            lesion.scales.assign(9, {});
            lesion.scales[block].beta = 0;
            const auto resumed = m_resnet->resume(**trace, block, lesion);
            const auto whole = m_resnet->forward(input(1), lesion);
            QVERIFY(resumed && whole);
            QCOMPARE(resumed->logits.values, whole->logits.values);
            const bool isIntact = (*trace)->read(m_resnet->model().network.blocks[5].y)->values == before.values;
            QCOMPARE(isIntact, block > 5);
        }
        QVERIFY(m_resnet->resume(**trace, 9, lesion).error().kind == ErrorKind::NotFound);
    }

    void blocks_before_the_one_resumed_at_stay_scaled_as_they_were()
    {
        const auto trace = m_resnet->trace(input(1), {});
        nn::RunOptions third, fifth, both;
        for (nn::RunOptions *options : {&third, &fifth, &both})
            options->scales.resize(9);
        third.scales[3].beta = both.scales[3].beta = 0;
        fifth.scales[5].beta = both.scales[5].beta = 0;
        QVERIFY(m_resnet->resume(**trace, 3, third));
        const auto resumed = m_resnet->resume(**trace, 5, fifth);
        QVERIFY(resumed);
        QCOMPARE(resumed->logits.values, m_resnet->forward(input(1), both)->logits.values);
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY(gradients);
        for (const int block : {3, 5}) { // a cut branch returns no gradient
            const Tensor gF = (*gradients)->ofBlock(block)->gF;
            QVERIFY(std::ranges::all_of(gF.values, [](float value) { return value == 0; }));
        }
    }

    void a_resume_that_is_stopped_leaves_the_trace_as_it_was()
    {
        const auto trace = m_resnet->trace(input(1), {});
        const auto expected = m_resnet->trace(input(1), {});
        std::stop_source stopped;
        stopped.request_stop();
        nn::RunOptions lesion;
        lesion.scales.assign(9, {1.0f, 0.0f});
        lesion.stop = stopped.get_token();
        const auto resumed = m_resnet->resume(**trace, 4, lesion);
        QVERIFY(!resumed && resumed.error().kind == ErrorKind::Cancelled);
        for (const nn::Block &block : m_resnet->model().network.blocks)
            QCOMPARE((*trace)->read(block.y)->values, (*expected)->read(block.y)->values);
        QCOMPARE((*(*nn::backward(**trace, {}, {}))->ofInput()).values,
                 (*(*nn::backward(**expected, {}, {}))->ofInput()).values);
    }

    void a_folded_convolution_has_no_value_of_its_own()
    {
        const auto trace = m_resnet->trace(input(1), {});
        const auto value = (*trace)->read(1);
        QVERIFY(!value);
        QVERIFY(value.error().kind == ErrorKind::Unsupported);
        QCOMPARE(value.error().subject, std::string("conv1"));
    }

    void every_dispatch_is_timed_when_asked_for()
    {
        nn::RunOptions options;
        options.timesLayers = true;
        const auto forward = m_resnet->forward(input(1), options);
        QCOMPARE(forward->times.size(), 24u); // as many as the plan has steps
        double total = 0;
        for (const nn::LayerTime &time : forward->times)
            total += time.ms;
        QVERIFY(total > 0 && total <= forward->wallMs);
        QVERIFY(m_resnet->forward(input(1), {})->times.empty());
    }

    void a_stopped_run_is_cancelled()
    {
        std::stop_source source;
        source.request_stop();
        const auto result = m_resnet->forward(input(1), {.scales = {}, .stop = source.get_token()});
        QVERIFY(!result);
        QVERIFY(result.error().kind == ErrorKind::Cancelled);
        QVERIFY(m_resnet->forward(input(1), {})); // the executor still works
    }

    void wrong_inputs_are_refused()
    {
        QVERIFY(m_resnet->forward(Tensor({1, 4, 32, 32}), {}).error().kind == ErrorKind::Mismatch);
        QVERIFY(m_resnet->forward(Tensor(), {}).error().kind == ErrorKind::Mismatch);
        nn::RunOptions options;
        options.scales.resize(3);
        QCOMPARE(m_resnet->forward(input(1), options).error().problem,
                 std::string("has 3 entries, the network has 9 blocks"));
    }

    void memory_is_given_back()
    {
        const std::size_t before = m_device->usedBytes();
        {
            const auto other = make("resnet20_b");
            QVERIFY(other->forward(input(4), {}));
            QVERIFY(m_device->usedBytes() > before);
        }
        QCOMPARE(m_device->usedBytes(), before);
    }

private:
    std::unique_ptr<nn::Executor> make(const std::string &architecture)
    {
        auto executor = engine::Device::makeExecutor(m_device, generatedModel(architecture));
        return executor ? std::move(*executor) : nullptr;
    }

    std::shared_ptr<engine::Device> m_device;
    std::unique_ptr<nn::Executor> m_resnet;
};

QTEST_GUILESS_MAIN(EngineExecutorTest)
#include "engine_executor_test.moc"
