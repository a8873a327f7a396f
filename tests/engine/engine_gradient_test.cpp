// The Vulkan device's backward pass against PyTorch's autograd, and its own promises, under validation.
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "reference/executor.h"
#include "support/compare.h"
#include "support/gradient_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class EngineGradientTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_device = openValidatedDevice();
        m_resnet = make("resnet20");
    }

    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void gradients_agree_with_pytorch_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const std::string &name : gradientArchitectures())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void gradients_agree_with_pytorch()
    {
        QFETCH(QString, architecture);
        const GradientGolden golden = readGradientGolden(architecture.toStdString());
        const auto executor = make(golden.architecture);
        const GradientAgreement agreement = checkGradientsAgainstGolden(*executor, golden);
        qInfo("worst relative error: blocks %.1e, parameters %.1e", agreement.blocks.worstError,
              agreement.parameters.worstError);
        QVERIFY2(agreement.isGood(), agreement.message().c_str());
    }

    void both_ways_into_a_block_add_up_to_the_last_bit()
    {
        const auto gradients = backward();
        for (int b = 0; b < 9; ++b) {
            const nn::BlockGradients block = *gradients->ofBlock(b);
            for (std::size_t i = 0; i < block.gx.values.size(); ++i)
                QCOMPARE(block.gx.values[i], block.gs.values[i] + block.gF.values[i]);
        }
    }

    void a_cut_branch_passes_no_gradient_and_a_cut_skip_none()
    {
        nn::RunOptions options;
        options.scales.assign(9, {});
        options.scales[4] = {1.0f, 0.0f};
        options.scales[6] = {0.0f, 1.0f};
        const auto trace = m_resnet->trace(input(), options);
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY(gradients);
        QCOMPARE(norm(*(*gradients)->ofBlock(4), &nn::BlockGradients::gF), 0.0);
        QCOMPARE(norm(*(*gradients)->ofBlock(6), &nn::BlockGradients::gs), 0.0);
        QVERIFY(norm(*(*gradients)->ofBlock(4), &nn::BlockGradients::gx) > 0);
        const std::vector<float> unused = *(*gradients)->ofParameter("layer2.1.conv1.weight"); // block 4's
        QVERIFY(std::all_of(unused.begin(), unused.end(), [](float value) { return value == 0.0f; }));
    }

    void gradients_stay_as_they_were_while_the_executor_runs_on()
    {
        const auto trace = m_resnet->trace(input(), {});
        const auto first = *nn::backward(**trace, {nn::ObjectiveKind::Logit, 1}, {});
        const Tensor before = *first->ofInput();
        const auto second = *nn::backward(**trace, {nn::ObjectiveKind::Logit, 2}, {});
        QCOMPARE(first->ofInput()->values, before.values);
        QVERIFY(second->ofInput()->values != before.values);
    }

    void gradients_of_weights_take_memory_only_once_they_are_asked_for()
    {
        const auto executor = make("resnet20");
        const auto trace = executor->trace(input(), {});
        const auto gradients = *nn::backward(**trace, {}, {});
        QVERIFY(gradients->ofBlock(4) && gradients->ofInput());
        const std::size_t before = executor->memoryBytes();
        const auto weights = gradients->ofParameter("layer2.1.conv1.weight");
        QVERIFY(weights);
        QVERIFY(executor->memoryBytes() > before);
        QCOMPARE(*(*nn::backward(**m_resnet->trace(input(), {}), {}, {}))->ofParameter("layer2.1.conv1.weight"),
                 *weights);
    }

    void gradients_of_weights_outlive_another_run_of_the_trace_only_if_they_were_computed_before()
    {
        const auto executor = make("resnet20");
        const auto trace = executor->trace(input(), {});
        const auto lazy = *nn::backward(**trace, {}, {}), complete = *nn::backward(**trace, {}, {});
        QVERIFY(complete->computeParameters({}));
        nn::RunOptions cut;
        cut.scales.assign(9, {});
        cut.scales[2].beta = 0;
        QVERIFY(executor->resume(**trace, 2, cut));
        const auto refused = lazy->ofParameter("conv1.weight");
        QVERIFY(!refused && refused.error().kind == ErrorKind::Unsupported);
        QVERIFY(lazy->ofInput()); // it was kept
        QVERIFY(executor->resume(**trace, 2, {}));
        const auto again = *nn::backward(**trace, {}, {});
        for (const char *name : {"conv1.weight", "layer1.2.conv2.weight", "fc.weight"})
            QCOMPARE(*complete->ofParameter(name), *again->ofParameter(name));
    }

    void a_stopped_computation_of_all_weights_is_cancelled()
    {
        std::stop_source stopped;
        stopped.request_stop();
        const auto trace = m_resnet->trace(input(), {});
        const auto gradients = *nn::backward(**trace, {}, {});
        const auto result = gradients->computeParameters(stopped.get_token());
        QVERIFY(!result && result.error().kind == ErrorKind::Cancelled);
        QVERIFY(gradients->computeParameters({}));
    }

    void the_same_objective_gives_the_same_bits()
    {
        const Tensor first = *backward()->ofInput(), second = *backward()->ofInput();
        QCOMPARE(first.values, second.values);
    }

    void a_batch_has_the_gradients_of_its_images()
    {
        const Tensor batch = nn::generateInput({2, 3, 32, 32});
        Tensor last({1, 3, 32, 32});
        std::copy(batch.values.begin() + std::ptrdiff_t(last.values.size()), batch.values.end(), last.values.begin());
        const Tensor together = *(*nn::backward(**m_resnet->trace(batch, {}), {}, {}))->ofInput();
        const Tensor alone = *(*nn::backward(**m_resnet->trace(last, {}), {}, {}))->ofInput();
        const std::span<const float> second(together.values.data() + alone.values.size(), alone.values.size());
        QVERIFY(relativeError(second, alone.values) <= 1e-5);
    }

    void gradients_by_path_length_agree_with_the_reference_and_sum_to_the_gradient_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<float>("alpha");
        QTest::addColumn<float>("beta");
        QTest::newRow("zero-padded shortcuts") << "resnet20" << 1.0f << 1.0f;
        QTest::newRow("projections") << "resnet18" << 1.0f << 1.0f;
        QTest::newRow("groups") << "resnext50_32x4d" << 1.0f << 1.0f;
        QTest::newRow("scaled") << "resnet20_b" << 0.5f << 1.5f;
    }

    void gradients_by_path_length_agree_with_the_reference_and_sum_to_the_gradient()
    {
        QFETCH(QString, architecture);
        QFETCH(float, alpha);
        QFETCH(float, beta);
        const auto vulkan = make(architecture.toStdString());
        const nn::Network &network = vulkan->model().network;
        const auto reference = reference::makeExecutor(generatedModel(architecture.toStdString()), "test");
        nn::RunOptions options;
        options.scales.assign(network.blocks.size(), {alpha, beta});
        const nn::Objective objective{nn::ObjectiveKind::Logit, 1};
        const auto trace = *vulkan->trace(input(), options), expectedTrace = *reference->trace(input(), options);
        const auto byLength = nn::gradientsByPathLength(*trace, objective, {});
        const auto expected = nn::gradientsByPathLength(*expectedTrace, objective, {});
        QVERIFY2(byLength, byLength ? "" : byLength.error().message().c_str());
        QVERIFY(expected);
        QCOMPARE(byLength->shape.n, int(network.blocks.size()) + 1);
        QVERIFY2(relativeError(*byLength, *expected) <= 1e-4, worst(*byLength, *expected));

        const Tensor whole = *(*nn::backward(*trace, objective, {}))->value(network.stem);
        Tensor sum(whole.shape);
        for (std::size_t i = 0; i < byLength->values.size(); ++i)
            sum.values[i % sum.values.size()] += byLength->values[i];
        QVERIFY2(relativeError(sum, whole) <= 1e-4, worst(sum, whole));
    }

    void a_plain_network_has_no_path_lengths()
    {
        const auto plain = make("plain20");
        const auto trace = plain->trace(input(), {});
        QVERIFY(nn::gradientsByPathLength(**trace, {}, {}).error().kind == ErrorKind::Unsupported);
    }

    void what_cannot_be_asked_is_refused_by_name()
    {
        const auto gradients = backward();
        QVERIFY(gradients->ofBlock(9).error().kind == ErrorKind::NotFound);
        QVERIFY(gradients->ofParameter("layer9.0.conv1.weight").error().kind == ErrorKind::NotFound);
        QVERIFY(gradients->ofParameter("bn1.running_mean").error().kind == ErrorKind::Unsupported);
        QVERIFY(gradients->value(1).error().kind == ErrorKind::Unsupported); // conv1, folded
        const auto trace = m_resnet->trace(input(), {});
        QVERIFY(nn::backward(**trace, {nn::ObjectiveKind::Logit, 10}, {}).error().kind == ErrorKind::InvalidInput);
    }

    void a_stopped_pass_is_cancelled()
    {
        const auto trace = m_resnet->trace(input(), {});
        std::stop_source source;
        source.request_stop();
        const auto gradients = nn::backward(**trace, {}, {.stop = source.get_token()});
        QVERIFY(gradients.error().kind == ErrorKind::Cancelled);
    }

private:
    static Tensor input() { return nn::generateInput({1, 3, 32, 32}); }

    static double norm(const nn::BlockGradients &block, Tensor nn::BlockGradients::*which)
    {
        double sum = 0;
        for (const float value : (block.*which).values)
            sum += double(value) * value;
        return std::sqrt(sum);
    }

    std::unique_ptr<nn::Gradients> backward()
    {
        const auto trace = m_resnet->trace(input(), {});
        return std::move(*nn::backward(**trace, {}, {}));
    }

    std::unique_ptr<nn::Executor> make(const std::string &architecture)
    {
        auto executor = engine::Device::makeExecutor(m_device, generatedModel(architecture));
        return executor ? std::move(*executor) : nullptr;
    }

    std::shared_ptr<engine::Device> m_device;
    std::unique_ptr<nn::Executor> m_resnet;
};

QTEST_GUILESS_MAIN(EngineGradientTest)
#include "engine_gradient_test.moc"
