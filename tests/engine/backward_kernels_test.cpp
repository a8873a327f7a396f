// Every backward kernel against PyTorch's golden gradients and the reference's formulas, one operation at a time, under
// validation.
#include "engine/golden_rows.h"
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "nn/folding.h"
#include "reference/pooling.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"

#include <QTest>

#include <limits>
#include <optional>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

Tensor shaped(Shape shape, const std::vector<double> &values)
{
    Tensor tensor(shape);
    tensor.values.assign(values.begin(), values.end());
    return tensor;
}

} // namespace

class BackwardKernelsTest : public QObject {
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
        const OpCase &c = m_golden.current();
        const nn::Conv2d op = conv2dOf(c);
        const auto gradients = convolution(op, c["x"], c["w"], c["gy"]);
        compare(gradients.x, c["gx"]);
        compare(shaped(c["gw"].shape, gradients.weights), c["gw"]);
    }

    void convolution_with_a_bias_agrees_with_pytorch_data() { m_golden.add("conv2d_bias"); }
    void convolution_with_a_bias_agrees_with_pytorch()
    {
        const OpCase &c = m_golden.current();
        nn::Conv2d op = conv2dOf(c);
        op.hasBias = true;
        const auto gradients =
            SingleOp(op.channelsIn).add(op).weights(c["w"]).bias(c["b"]).runBackward(*m_device->store, c["x"], c["gy"]);
        compare(gradients.x, c["gx"]);
        compare(shaped(c["gw"].shape, gradients.weights), c["gw"]);
        compare(shaped(c["gb"].shape, gradients.bias), c["gb"]);
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
        const Tensor gy = generatedTensor("gy", reference::conv2d(c.op, x, w).shape);
        const auto gradients = convolution(c.op, x, w, gy);
        compare(gradients.x, reference::conv2dBackwardInput(c.op, gy, w, x.shape));
        compare(shaped(w.shape, gradients.weights), reference::conv2dBackwardWeights(c.op, x, gy));
    }

    void a_relu_before_the_convolution_masks_and_lets_the_gradient_of_a_nan_pass()
    {
        const nn::Conv2d op{8, 12, 3, 1, 1};
        Tensor x = generatedTensor("x", {2, 8, 9, 7});
        x(0, 3, 4, 2) = x(1, 7, 8, 6) = std::numeric_limits<float>::quiet_NaN();
        const Tensor w = generatedTensor("w", {12, 8, 3, 3}), gy = generatedTensor("gy", {2, 12, 9, 7});
        const Tensor gx = SingleOp(8)
                              .add(op)
                              .weights(w)
                              .addBatchNorm(12)
                              .runBackward(*m_device->store, x, gy, SingleOp::Mask::ReluBefore)
                              .x;
        Tensor expected = reference::conv2dBackwardInput(op, gy, w, x.shape);
        for (std::size_t i = 0; i < x.values.size(); ++i)
            if (x.values[i] <= 0)
                expected.values[i] = 0;
        compare(gx, expected);
    }

    void linear_agrees_with_pytorch_data() { m_golden.add("linear"); }
    void linear_agrees_with_pytorch()
    {
        const OpCase &c = m_golden.current();
        const nn::Linear op = linearOf(c);
        const auto gradients =
            SingleOp(op.featuresIn).add(op).weights(c["w"]).bias(c["b"]).runBackward(*m_device->store, c["x"], c["gy"]);
        compare(gradients.x, c["gx"]);
        compare(shaped(c["gw"].shape, gradients.weights), c["gw"]);
    }

    void linear_with_a_batch_norm_agrees_with_pytorch_data() { m_golden.add("linear_batch_norm"); }
    void linear_with_a_batch_norm_agrees_with_pytorch()
    {
        const OpCase &c = m_golden.current();
        const nn::Linear op = linearOf(c);
        SingleOp single(op.featuresIn);
        single.add(op).weights(c["w"]).bias(c["b"]).addBatchNorm(c.numbers[2], c["gamma"], c["beta"], c["mean"],
                                                                 c["variance"]);
        const auto gradients = single.runBackward(*m_device->store, c["x"], c["gy"]);
        compare(gradients.x, c["gx"]);
        const nn::FoldedGradients folded{gradients.weights, gradients.bias};
        compare(shaped(c["gw"].shape, nn::weightGradient(single.model(), 1, folded)), c["gw"]);
        compare(shaped(c["gb"].shape, nn::biasGradient(single.model(), 1, folded)), c["gb"]);
        compare(shaped(c["ggamma"].shape, nn::gammaGradient(single.model(), 1, folded)), c["ggamma"]);
        compare(shaped(c["gbeta"].shape, folded.shifts), c["gbeta"]);
    }

    void max_pool_agrees_with_pytorch_even_among_ties_data() { m_golden.add("max_pool"); }
    void max_pool_agrees_with_pytorch_even_among_ties()
    {
        check([](const OpCase &c) { return nn::Op(maxPoolOf(c)); });
    }

    void max_pool_passes_the_gradient_to_the_nan_or_infinity_that_won()
    {
        Tensor x = generatedTensor("x", {1, 5, 7, 7});
        x(0, 0, 0, 0) = x(0, 0, 3, 3) = x(0, 1, 5, 2) = std::numeric_limits<float>::quiet_NaN();
        x(0, 0, 3, 4) = x(0, 1, 5, 1) = x(0, 2, 2, 2) = std::numeric_limits<float>::infinity();
        x(0, 3, 6, 6) = -std::numeric_limits<float>::infinity();
        for (const nn::MaxPool op : {nn::MaxPool{3, 2, 1}, nn::MaxPool{2, 2, 0}}) {
            const Tensor gy = generatedTensor("gy", reference::maxPool(op, x).shape);
            const auto gradients = SingleOp(5).add(op).runBackward(*m_device->store, x, gy);
            compare(gradients.x, reference::maxPoolBackward(op, x, gy));
        }
    }

    void relu_agrees_with_pytorch_data() { m_golden.add("relu"); }
    void relu_agrees_with_pytorch()
    {
        check([](const OpCase &) { return nn::Op(nn::Relu{}); });
    }

    void average_pool_agrees_with_pytorch_data() { m_golden.add("average_pool"); }
    void average_pool_agrees_with_pytorch()
    {
        check([](const OpCase &c) { return nn::Op(averagePoolOf(c)); });
    }

    void other_activations_agree_with_pytorch_data() { m_golden.add("activate"); }
    void other_activations_agree_with_pytorch()
    {
        check([](const OpCase &c) { return nn::Op(activateOf(c)); });
    }

    void blur_pool_agrees_with_pytorch_data() { m_golden.add("blur_pool"); }
    void blur_pool_agrees_with_pytorch()
    {
        check([](const OpCase &c) { return nn::Op(blurPoolOf(c)); });
    }

    void softmax_agrees_with_pytorch_data() { m_golden.add("softmax"); }
    void softmax_agrees_with_pytorch()
    {
        // PyTorch's gx is a difference of two products of the size of p * gy, rounded to fp32: that size is the scale.
        const OpCase &c = m_golden.current();
        const Tensor gx = SingleOp(c["x"].shape.c).add(nn::Softmax{}).runBackward(*m_device->store, c["x"], c["gy"]).x;
        QCOMPARE(gx.values.size(), c["gx"].values.size());
        double difference = 0, scale = 0;
        for (std::size_t i = 0; i < gx.values.size(); ++i) {
            difference = std::max(difference, std::abs(double(gx.values[i]) - c["gx"].values[i]));
            scale = std::max(scale, std::abs(double(c["y"].values[i]) * c["gy"].values[i]));
        }
        QVERIFY2(difference <= kTolerance * scale, worst(gx, c["gx"]));
    }

    void zero_pad_shortcut_agrees_with_pytorch_data() { m_golden.add("zero_pad_shortcut"); }
    void zero_pad_shortcut_agrees_with_pytorch()
    {
        check([](const OpCase &c) { return nn::Op(zeroPadShortcutOf(c)); });
    }

    void global_average_pool_agrees_with_pytorch_data() { m_golden.add("global_average_pool"); }
    void global_average_pool_agrees_with_pytorch()
    {
        check([](const OpCase &) { return nn::Op(nn::GlobalAveragePool{}); });
    }

private:
    template <typename OpOf>
    void check(OpOf opOf)
    {
        const OpCase &c = m_golden.current();
        const auto gradients = SingleOp(c["x"].shape.c).add(opOf(c)).runBackward(*m_device->store, c["x"], c["gy"]);
        compare(gradients.x, c["gx"]);
    }

    SingleOp::Gradients convolution(const nn::Conv2d &op, const Tensor &x, const Tensor &w, const Tensor &gy)
    {
        return SingleOp(op.channelsIn)
            .add(op)
            .weights(w)
            .addBatchNorm(op.channelsOut)
            .runBackward(*m_device->store, x, gy);
    }

    static void compare(const Tensor &actual, const Tensor &expected)
    {
        QVERIFY2(relativeError(actual, expected) <= kTolerance, worst(actual, expected));
    }

    std::optional<ValidatedKernels> m_device;
    GoldenRows m_golden;
};

QTEST_GUILESS_MAIN(BackwardKernelsTest)
#include "backward_kernels_test.moc"
