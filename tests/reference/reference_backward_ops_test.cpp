// Every backward formula against PyTorch's autograd and against differences of the forward formula.
#include "reference/pointwise.h"
#include "reference/pooling.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"
#include "support/difference_quotient.h"
#include "support/golden.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace reslens;

namespace {

constexpr double kTolerance = 1e-5;

/// `compute` returns the gradient `letter` for every golden case of `op`.
void compareAll(const std::string &op, const char *letter,
                const std::function<std::vector<float>(const test::OpCase &)> &compute)
{
    for (const test::OpCase &golden : test::opCases(op)) {
        const double error = test::relativeError(compute(golden), golden[letter].values);
        QVERIFY2(error <= kTolerance, qPrintable(QStringLiteral("%1, %2, %3: relative error %4")
                                                     .arg(op.c_str(), golden.name.c_str(), letter)
                                                     .arg(error)));
    }
}

reference::BatchNormParameters parametersOf(const test::OpCase &c)
{
    return {c["gamma"].values, c["beta"].values, c["mean"].values, c["variance"].values};
}

nn::BatchNorm batchNormOf(const test::OpCase &c)
{
    return {c.number(0), c.numbers[1]};
}

double dot(const Tensor &a, const Tensor &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
        sum += double(a.values[i]) * b.values[i];
    return sum;
}

/// Compares `gradient`, of J = <gy, forward(x)> for a generated gy, value by value.
void agreesWithDifferences(const Tensor &x, const std::function<Tensor(const Tensor &)> &forward,
                           const std::function<Tensor(const Tensor &gy)> &gradient)
{
    constexpr double kStep = 0.0625; // exact in fp32 next to values of size 1
    const Tensor gy = test::generatedTensor("gy", forward(x).shape);
    Tensor expected(x.shape);
    for (std::size_t i = 0; i < x.values.size(); ++i)
        expected.values[i] = float(test::derivativeAtZero(
            [&](double h) {
                Tensor moved = x;
                moved.values[i] += float(h);
                return dot(gy, forward(moved));
            },
            kStep));
    const Tensor g = gradient(gy);
    QVERIFY2(test::relativeError(g, expected) <= kTolerance, test::worst(g, expected));
}

/// Values are 1/4 away from 0 and 1/2 apart, so that a small step moves no maximum and no sign.
Tensor distinctValues(Shape shape)
{
    Tensor tensor(shape);
    const int count = int(tensor.values.size());
    for (int i = 0; i < count; ++i)
        tensor.values[std::size_t(i)] =
            0.5f * float(i * 7 % count - count / 2) + 0.25f; // 7 shares no factor with count
    return tensor;
}

Tensor tensorOf(Shape shape, std::vector<float> values)
{
    Tensor tensor(shape);
    tensor.values = std::move(values);
    return tensor;
}

} // namespace

class ReferenceBackwardOpsTest : public QObject {
    Q_OBJECT

private slots:
    void convolution_agrees_with_pytorch()
    {
        compareAll("conv2d", "gx", [](const test::OpCase &c) {
            return reference::conv2dBackwardInput(test::conv2dOf(c), c["gy"], c["w"], c["x"].shape).values;
        });
        compareAll("conv2d", "gw", [](const test::OpCase &c) {
            return reference::conv2dBackwardWeights(test::conv2dOf(c), c["x"], c["gy"]).values;
        });
    }

    void batch_norm_agrees_with_pytorch()
    {
        compareAll("batch_norm", "gx", [](const test::OpCase &c) {
            return reference::batchNormBackwardInput(batchNormOf(c), c["gy"], parametersOf(c)).values;
        });
        compareAll("batch_norm", "ggamma", [](const test::OpCase &c) {
            return reference::batchNormBackwardParameters(batchNormOf(c), c["x"], c["gy"], parametersOf(c)).ggamma;
        });
        compareAll("batch_norm", "gbeta", [](const test::OpCase &c) {
            return reference::batchNormBackwardParameters(batchNormOf(c), c["x"], c["gy"], parametersOf(c)).gbeta;
        });
    }

    void relu_agrees_with_pytorch()
    {
        compareAll("relu", "gx", [](const test::OpCase &c) { return reference::reluBackward(c["y"], c["gy"]).values; });
    }

    void addition_with_scales_agrees_with_pytorch()
    {
        const auto backward = [](const test::OpCase &c) {
            return reference::addBackward(c["gy"], {c.numbers[0], c.numbers[1]});
        };
        compareAll("add", "gs", [&](const test::OpCase &c) { return backward(c).gs.values; });
        compareAll("add", "gF", [&](const test::OpCase &c) { return backward(c).gF.values; });
    }

    void max_pool_agrees_with_pytorch_also_among_ties()
    {
        compareAll("max_pool", "gx", [](const test::OpCase &c) {
            return reference::maxPoolBackward(test::maxPoolOf(c), c["x"], c["gy"]).values;
        });
    }

    void zero_pad_shortcut_agrees_with_pytorch()
    {
        compareAll("zero_pad_shortcut", "gx", [](const test::OpCase &c) {
            return reference::zeroPadShortcutBackward(test::zeroPadShortcutOf(c), c["gy"], c["x"].shape).values;
        });
    }

    void global_average_pool_agrees_with_pytorch()
    {
        compareAll("global_average_pool", "gx", [](const test::OpCase &c) {
            return reference::globalAveragePoolBackward(c["gy"], c["x"].shape).values;
        });
    }

    void average_pool_agrees_with_pytorch()
    {
        compareAll("average_pool", "gx", [](const test::OpCase &c) {
            return reference::averagePoolBackward(test::averagePoolOf(c), c["gy"], c["x"].shape).values;
        });
    }

    void other_activations_agree_with_pytorch()
    {
        compareAll("activate", "gx", [](const test::OpCase &c) {
            return reference::activateBackward(test::activateOf(c), c["x"], c["gy"]).values;
        });
    }

    void blur_pool_agrees_with_pytorch()
    {
        compareAll("blur_pool", "gx", [](const test::OpCase &c) {
            return reference::blurPoolBackward(test::blurPoolOf(c), c["gy"], c["x"].shape).values;
        });
    }

    void linear_agrees_with_pytorch()
    {
        compareAll("linear", "gx", [](const test::OpCase &c) {
            return reference::linearBackwardInput(test::linearOf(c), c["gy"], c["w"]).values;
        });
        compareAll("linear", "gw", [](const test::OpCase &c) {
            return reference::linearBackwardWeights(test::linearOf(c), c["x"], c["gy"]).values;
        });
        compareAll("linear", "gb", [](const test::OpCase &c) { return reference::biasBackward(c["gy"]); });
        compareAll("conv2d_bias", "gb", [](const test::OpCase &c) { return reference::biasBackward(c["gy"]); });
    }

    void softmax_agrees_with_pytorch()
    {
        // PyTorch's gx is the fp32 difference of two products of size p * gy: that size is the scale.
        for (const test::OpCase &golden : test::opCases("softmax")) {
            const Tensor gx = reference::softmaxBackward(golden["y"], golden["gy"]);
            double difference = 0, scale = 0;
            for (std::size_t i = 0; i < gx.values.size(); ++i) {
                difference = std::max(difference, std::abs(double(gx.values[i]) - golden["gx"].values[i]));
                scale = std::max(scale, std::abs(double(golden["y"].values[i]) * golden["gy"].values[i]));
            }
            QVERIFY2(difference <= kTolerance * scale, golden.name.c_str());
        }
    }

    void a_saturated_softmax_keeps_a_small_exact_gradient()
    {
        const Tensor p = reference::softmax(tensorOf({1, 2, 1, 1}, {20, 0}));
        const std::vector<float> gx = reference::softmaxBackward(p, tensorOf({1, 2, 1, 1}, {3, 1})).values;
        const double expected = 2 * std::exp(-20.0); // p_0 p_1 (3 - 1)
        QVERIFY(std::abs(gx[0] / expected - 1) <= kTolerance);
        QVERIFY(std::abs(gx[1] / -expected - 1) <= kTolerance);
    }

    void convolution_is_the_derivative_of_its_forward()
    {
        const test::ConvCase cases[]{
            {"3x3", {2, 3, 5, 4}, {3, 2, 3, 1, 1}},
            {"stride 2, groups", {1, 4, 5, 6}, {4, 6, 3, 2, 1, 2}},
            {"5x5, stride 3, no padding", {1, 2, 9, 7}, {2, 2, 5, 3, 0}},
            {"1x1, stride 2", {2, 3, 4, 3}, {3, 4, 1, 2, 0}},
        };
        for (const test::ConvCase &c : cases) {
            const Tensor x = test::inputOf(c), w = test::weightsOf(c);
            agreesWithDifferences(
                x, [&](const Tensor &moved) { return reference::conv2d(c.op, moved, w); },
                [&](const Tensor &gy) { return reference::conv2dBackwardInput(c.op, gy, w, x.shape); });
            agreesWithDifferences(
                w, [&](const Tensor &moved) { return reference::conv2d(c.op, x, moved); },
                [&](const Tensor &gy) { return reference::conv2dBackwardWeights(c.op, x, gy); });
        }
    }

    void batch_norm_is_the_derivative_of_its_forward()
    {
        const nn::BatchNorm op{3};
        const Tensor x = test::generatedTensor("x", {2, 3, 2, 3}), gamma = test::generatedTensor("gamma", {1, 3, 1, 1});
        const Tensor beta = test::generatedTensor("beta", {1, 3, 1, 1}),
                     mean = test::generatedTensor("mean", {1, 3, 1, 1});
        const std::vector<float> variance{0.5f, 1.25f, 2};
        const auto with = [&](const Tensor &g, const Tensor &b) {
            return reference::BatchNormParameters{g.values, b.values, mean.values, variance};
        };
        agreesWithDifferences(
            x, [&](const Tensor &moved) { return reference::batchNorm(op, moved, with(gamma, beta)); },
            [&](const Tensor &gy) { return reference::batchNormBackwardInput(op, gy, with(gamma, beta)); });
        agreesWithDifferences(
            gamma, [&](const Tensor &moved) { return reference::batchNorm(op, x, with(moved, beta)); },
            [&](const Tensor &gy) {
                return tensorOf(gamma.shape,
                                reference::batchNormBackwardParameters(op, x, gy, with(gamma, beta)).ggamma);
            });
        agreesWithDifferences(
            beta, [&](const Tensor &moved) { return reference::batchNorm(op, x, with(gamma, moved)); },
            [&](const Tensor &gy) {
                return tensorOf(beta.shape, reference::batchNormBackwardParameters(op, x, gy, with(gamma, beta)).gbeta);
            });
    }

    void relu_and_max_pool_are_the_derivatives_of_their_forwards()
    {
        const Tensor x = distinctValues({1, 2, 5, 4});
        agreesWithDifferences(
            x, [](const Tensor &moved) { return reference::relu(moved); },
            [&](const Tensor &gy) { return reference::reluBackward(reference::relu(x), gy); });
        for (const nn::MaxPool &op : {nn::MaxPool{3, 2, 1}, nn::MaxPool{2, 2, 0}, nn::MaxPool{3, 1, 1}})
            agreesWithDifferences(
                x, [&](const Tensor &moved) { return reference::maxPool(op, moved); },
                [&](const Tensor &gy) { return reference::maxPoolBackward(op, x, gy); });
    }

    void shortcut_pool_and_linear_are_the_derivatives_of_their_forwards()
    {
        const Tensor x = test::generatedTensor("x", {2, 2, 3, 5});
        const nn::ZeroPadShortcut shortcut{2, 4, 2};
        agreesWithDifferences(
            x, [&](const Tensor &moved) { return reference::zeroPadShortcut(shortcut, moved); },
            [&](const Tensor &gy) { return reference::zeroPadShortcutBackward(shortcut, gy, x.shape); });
        agreesWithDifferences(
            x, [](const Tensor &moved) { return reference::globalAveragePool(moved); },
            [&](const Tensor &gy) { return reference::globalAveragePoolBackward(gy, x.shape); });
        const nn::Linear linear{4, 3};
        const Tensor features = test::generatedTensor("x", {2, 4, 1, 1}), w = test::generatedTensor("w", {3, 4, 1, 1});
        const Tensor b = test::generatedTensor("b", {1, 3, 1, 1});
        agreesWithDifferences(
            features, [&](const Tensor &moved) { return reference::linear(linear, moved, w, b.values); },
            [&](const Tensor &gy) { return reference::linearBackwardInput(linear, gy, w); });
        agreesWithDifferences(
            w, [&](const Tensor &moved) { return reference::linear(linear, features, moved, b.values); },
            [&](const Tensor &gy) { return reference::linearBackwardWeights(linear, features, gy); });
        agreesWithDifferences(
            b, [&](const Tensor &moved) { return reference::linear(linear, features, w, moved.values); },
            [&](const Tensor &gy) { return tensorOf(b.shape, reference::biasBackward(gy)); });
    }

    void softmax_is_the_derivative_of_its_forward()
    {
        const Tensor x = test::generatedTensor("x", {2, 5, 1, 1});
        agreesWithDifferences(
            x, [](const Tensor &moved) { return reference::softmax(moved); },
            [&](const Tensor &gy) { return reference::softmaxBackward(reference::softmax(x), gy); });
    }

    void of_equal_values_the_first_in_row_major_order_wins_a_max_pool()
    {
        const Tensor one = tensorOf({1, 1, 1, 1}, {1});
        const Tensor x = tensorOf({1, 1, 3, 3}, {1, 3, 2, 3, 3, 1, 0, 3, 1});
        QCOMPARE(reference::maxPoolBackward({3, 1, 0}, x, one).values, (std::vector<float>{0, 1, 0, 0, 0, 0, 0, 0, 0}));
        const float infinity = std::numeric_limits<float>::infinity();
        QCOMPARE(reference::maxPoolBackward({2, 2, 0}, Tensor({1, 1, 2, 2}, -infinity), one).values,
                 (std::vector<float>{1, 0, 0, 0}));
    }

    void nans_send_gradients_where_pytorch_sends_them()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const Tensor one = tensorOf({1, 1, 1, 1}, {1});
        QCOMPARE(reference::maxPoolBackward({2, 2, 0}, tensorOf({1, 1, 2, 2}, {nan, 5, nan, 1}), one).values,
                 (std::vector<float>{0, 0, 1, 0}));
        QCOMPARE(reference::maxPoolBackward({2, 2, 0}, tensorOf({1, 1, 2, 2}, {1, nan, 5, 2}), one).values,
                 (std::vector<float>{0, 1, 0, 0}));
        const Tensor y = tensorOf({1, 1, 1, 4}, {nan, 0, -0.0f, 2});
        QCOMPARE(reference::reluBackward(y, Tensor(y.shape, 3)).values, (std::vector<float>{3, 0, 0, 3}));
    }
};

QTEST_GUILESS_MAIN(ReferenceBackwardOpsTest)
#include "reference_backward_ops_test.moc"
