// Every kernel against PyTorch's golden values and against the formulas, one operation at a time, under validation.
#include "engine/golden_rows.h"
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "reference/conv2d.h"
#include "support/compare.h"
#include "support/conv_cases.h"

#include <QTest>

#include <optional>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

} // namespace

class KernelsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_device.emplace(); }
    void cleanup() { QCOMPARE(m_device->context->messageCount(), 0); }

    void convolution_agrees_with_pytorch_data() { m_golden.add("conv2d"); }
    void convolution_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Conv2d op = conv2dOf(c);
            return SingleOp(op.channelsIn).add(op).weights(c["w"]).addBatchNorm(op.channelsOut).run(store(), c["x"]);
        });
    }

    void convolution_agrees_with_the_formula_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(kConvCases)); ++i)
            QTest::newRow(kConvCases[i].name) << i;
    }

    void convolution_agrees_with_the_formula()
    {
        QFETCH(int, index);
        const ConvCase &c = kConvCases[index];
        const Tensor x = inputOf(c), w = weightsOf(c);
        const Tensor y = SingleOp(c.op.channelsIn).add(c.op).weights(w).addBatchNorm(c.op.channelsOut).run(store(), x);
        const Tensor expected = reference::conv2d(c.op, x, w);
        QVERIFY2(relativeError(y, expected) <= kTolerance, worst(y, expected));
    }

    void max_pool_agrees_with_pytorch_data() { m_golden.add("max_pool"); }
    void max_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(maxPoolOf(c)).run(store(), c["x"]); });
    }

    void zero_pad_shortcut_agrees_with_pytorch_data() { m_golden.add("zero_pad_shortcut"); }
    void zero_pad_shortcut_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(zeroPadShortcutOf(c)).run(store(), c["x"]); });
    }

    void global_average_pool_agrees_with_pytorch_data() { m_golden.add("global_average_pool"); }
    void global_average_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            return SingleOp(c["x"].shape.c).add(nn::GlobalAveragePool{}).run(store(), c["x"]);
        });
    }

    void relu_agrees_with_pytorch_data() { m_golden.add("relu"); }
    void relu_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(nn::Relu{}).run(store(), c["x"]); });
    }

    void linear_agrees_with_pytorch_data() { m_golden.add("linear"); }
    void linear_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Linear op = linearOf(c);
            return SingleOp(op.featuresIn).add(op).weights(c["w"]).bias(c["b"]).run(store(), c["x"]);
        });
    }

    void softmax_agrees_with_pytorch_data() { m_golden.add("softmax"); }
    void softmax_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(nn::Softmax{}).run(store(), c["x"]); });
    }

    void a_batch_norm_is_folded_into_its_convolution()
    {
        const nn::Conv2d op{6, 9, 3, 1, 1};
        const Tensor x = generatedTensor("x", {2, 6, 7, 5}), w = generatedTensor("w", {9, 6, 3, 3});
        Tensor expected = reference::conv2d(op, x, w);
        for (float &value : expected.values) // gamma * (value - mean) / sqrt(variance) + beta
            value = 3.0f * (value - 0.25f) / 2.0f + 0.5f;
        const Tensor y = SingleOp(6).add(op).weights(w).addBatchNorm(9, {3.0f, 0.5f, 0.25f, 4.0f}).run(store(), x);
        QVERIFY2(relativeError(y, expected) <= kTolerance, worst(y, expected));
    }

private:
    template <typename Run>
    void check(Run run)
    {
        const OpCase &c = m_golden.current();
        const Tensor y = run(c);
        QVERIFY2(relativeError(y, c["y"]) <= kTolerance, worst(y, c["y"]));
    }

    KernelStore &store() { return *m_device->store; }

    std::optional<ValidatedKernels> m_device;
    GoldenRows m_golden;
};

QTEST_GUILESS_MAIN(KernelsTest)
#include "kernels_test.moc"
