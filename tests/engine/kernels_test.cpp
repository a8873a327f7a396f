// Every kernel against PyTorch's golden values and against the formulas, one operation at a time, under validation.
#include "engine/golden_rows.h"
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "reference/pointwise.h"
#include "reference/pooling.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <optional>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

/// Six channels with numbers of both signs. The first four also hold numbers that are not finite: at the edges, in the
/// overlap of windows, several in a window, next to larger and smaller numbers.
Tensor withNumbersThatAreNotFinite()
{
    Tensor x = generatedTensor("x", {1, 6, 7, 7});
    const auto put = [&](int c, int h, int w, float value) { x(0, c, h, w) = value; };
    put(0, 0, 0, kNan);
    put(0, 3, 3, kNan);
    put(0, 3, 4, kInfinity);
    put(1, 2, 2, kInfinity);
    put(1, 6, 6, -kInfinity);
    for (int h = 0; h < 7; ++h)
        for (int w = 0; w < 7; ++w)
            put(2, h, w, -kInfinity);
    put(3, 5, 1, kInfinity);
    put(3, 5, 2, kNan);
    put(3, 5, 3, -kInfinity);
    return x;
}

/// Returns "element 7: nan, expected 1" for the first element where only one is NaN, or where they differ by more than
/// rounding; empty if they agree.
QByteArray firstDifference(const Tensor &found, const Tensor &expected)
{
    if (found.shape != expected.shape)
        return "another shape";
    for (std::size_t i = 0; i < found.values.size(); ++i) {
        const float a = found.values[i], b = expected.values[i];
        const bool isSame = std::isnan(b) ? std::isnan(a) : a == b || std::abs(a - b) <= kTolerance * std::abs(b);
        if (!isSame)
            return "element " + QByteArray::number(qulonglong(i)) + ": " + QByteArray::number(a) + ", expected " +
                   QByteArray::number(b);
    }
    return {};
}

} // namespace

class KernelsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!isDriverInstalled())
            QSKIP("the second driver is not installed (Debian: chromium-common)");
        m_device.emplace();
    }
    void cleanup() { QCOMPARE(m_device ? m_device->context->messageCount() : 0, 0); }

    void convolution_agrees_with_pytorch_data() { m_golden.add("conv2d"); }
    void convolution_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Conv2d op = conv2dOf(c);
            return SingleOp(op.channelsIn).add(op).weights(c["w"]).addBatchNorm(op.channelsOut).run(store(), c["x"]);
        });
    }

    void convolution_with_a_bias_agrees_with_pytorch_data() { m_golden.add("conv2d_bias"); }
    void convolution_with_a_bias_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            nn::Conv2d op = conv2dOf(c);
            op.hasBias = true;
            const Tensor alone = SingleOp(op.channelsIn).add(op).weights(c["w"]).bias(c["b"]).run(store(), c["x"]);
            const Tensor normalised = SingleOp(op.channelsIn)
                                          .add(op)
                                          .weights(c["w"])
                                          .bias(c["b"])
                                          .addBatchNorm(op.channelsOut)
                                          .run(store(), c["x"]);
            return relativeError(alone, c["y"]) <= kTolerance ? normalised : alone;
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

    void pools_treat_numbers_that_are_not_finite_as_the_reference_does()
    {
        const Tensor x = withNumbersThatAreNotFinite();
        for (const nn::MaxPool op : {nn::MaxPool{3, 2, 1}, nn::MaxPool{2, 2, 0}, nn::MaxPool{3, 1, 1}}) {
            const QByteArray difference =
                firstDifference(SingleOp(6).add(op).run(store(), x), reference::maxPool(op, x));
            QVERIFY2(difference.isEmpty(), "max-pool, " + difference);
        }
        const QByteArray difference =
            firstDifference(SingleOp(6).add(nn::GlobalAveragePool{}).run(store(), x), reference::globalAveragePool(x));
        QVERIFY2(difference.isEmpty(), "average pool, " + difference);
    }

    void relu_passes_on_what_is_not_a_number()
    {
        const Tensor x = withNumbersThatAreNotFinite();
        const QByteArray alone = firstDifference(SingleOp(6).add(nn::Relu{}).run(store(), x), reference::relu(x));
        QVERIFY2(alone.isEmpty(), alone);

        Tensor identity({6, 6, 1, 1}), clean = generatedTensor("x", {1, 6, 7, 7});
        for (int c = 0; c < 6; ++c)
            identity(c, c, 0, 0) = 1;
        clean(0, 2, 3, 4) = kNan; // so a sum over channels has a NaN everywhere
        const Tensor y = SingleOp(6)
                             .add(nn::Conv2d{6, 6, 1})
                             .weights(identity)
                             .addBatchNorm(6)
                             .add(nn::Relu{}, "relu")
                             .run(store(), clean);
        for (int c = 0; c < 6; ++c)
            QVERIFY2(std::isnan(y(0, c, 3, 4)), "behind a convolution a NaN became a number");
    }

    void average_pool_agrees_with_pytorch_data() { m_golden.add("average_pool"); }
    void average_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(averagePoolOf(c)).run(store(), c["x"]); });
    }

    void other_activations_agree_with_pytorch_data() { m_golden.add("activate"); }
    void other_activations_agree_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(activateOf(c)).run(store(), c["x"]); });
    }

    void blur_pool_agrees_with_pytorch_data() { m_golden.add("blur_pool"); }
    void blur_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(blurPoolOf(c)).run(store(), c["x"]); });
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

    void linear_with_a_batch_norm_agrees_with_pytorch_data() { m_golden.add("linear_batch_norm"); }
    void linear_with_a_batch_norm_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Linear op = linearOf(c);
            return SingleOp(op.featuresIn)
                .add(op)
                .weights(c["w"])
                .bias(c["b"])
                .addBatchNorm(c.numbers[2], c["gamma"], c["beta"], c["mean"], c["variance"])
                .run(store(), c["x"]);
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
