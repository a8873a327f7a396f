// Every formula against PyTorch, on small shapes of every kind.
#include "reference/pointwise.h"
#include "reference/pooling.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/golden.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace reslens;

namespace {

constexpr double kTolerance = 1e-5;

/// `compute` returns y for every golden case of `op`.
void compareAll(const std::string &op, const std::function<Tensor(const test::OpCase &)> &compute)
{
    for (const test::OpCase &golden : test::opCases(op)) {
        const Tensor y = compute(golden);
        QVERIFY2(test::relativeError(y, golden["y"]) <= kTolerance,
                 (op + ", " + golden.name + ": ").c_str() + test::worst(y, golden["y"]));
    }
}

Tensor tensorOf(Shape shape, std::vector<float> values)
{
    Tensor tensor(shape);
    tensor.values = std::move(values);
    return tensor;
}

} // namespace

class ReferenceOpsTest : public QObject {
    Q_OBJECT

private slots:
    void convolution_agrees_with_pytorch()
    {
        compareAll("conv2d",
                   [](const test::OpCase &c) { return reference::conv2d(test::conv2dOf(c), c["x"], c["w"]); });
    }

    void convolution_with_a_bias_agrees_with_pytorch()
    {
        compareAll("conv2d_bias", [](const test::OpCase &c) {
            Tensor y = reference::conv2d(test::conv2dOf(c), c["x"], c["w"]);
            reference::addBias(y, c["b"].values);
            return y;
        });
    }

    void batch_norm_agrees_with_pytorch()
    {
        compareAll("batch_norm", [](const test::OpCase &c) {
            return reference::batchNorm({c.number(0), c.numbers[1]}, c["x"],
                                        {c["gamma"].values, c["beta"].values, c["mean"].values, c["variance"].values});
        });
    }

    void relu_agrees_with_pytorch()
    {
        compareAll("relu", [](const test::OpCase &c) { return reference::relu(c["x"]); });
    }

    void addition_with_scales_agrees_with_pytorch()
    {
        compareAll("add", [](const test::OpCase &c) {
            return reference::add(c["s"], c["F"], {c.numbers[0], c.numbers[1]});
        });
    }

    void max_pool_agrees_with_pytorch()
    {
        compareAll("max_pool", [](const test::OpCase &c) { return reference::maxPool(test::maxPoolOf(c), c["x"]); });
    }

    void average_pool_agrees_with_pytorch()
    {
        compareAll("average_pool",
                   [](const test::OpCase &c) { return reference::averagePool(test::averagePoolOf(c), c["x"]); });
    }

    void other_activations_agree_with_pytorch()
    {
        compareAll("activate", [](const test::OpCase &c) { return reference::activate(test::activateOf(c), c["x"]); });
    }

    void blur_pool_agrees_with_pytorch()
    {
        compareAll("blur_pool", [](const test::OpCase &c) { return reference::blurPool(test::blurPoolOf(c), c["x"]); });
    }

    void zero_pad_shortcut_agrees_with_pytorch()
    {
        compareAll("zero_pad_shortcut", [](const test::OpCase &c) {
            return reference::zeroPadShortcut(test::zeroPadShortcutOf(c), c["x"]);
        });
    }

    void global_average_pool_agrees_with_pytorch()
    {
        compareAll("global_average_pool", [](const test::OpCase &c) { return reference::globalAveragePool(c["x"]); });
    }

    void linear_agrees_with_pytorch()
    {
        compareAll("linear", [](const test::OpCase &c) {
            return reference::linear(test::linearOf(c), c["x"], c["w"], c["b"].values);
        });
    }

    void softmax_agrees_with_pytorch()
    {
        compareAll("softmax", [](const test::OpCase &c) { return reference::softmax(c["x"]); });
    }

    void padding_never_wins_a_max_pool()
    {
        const Tensor x = tensorOf({1, 1, 2, 2}, {-4, -3, -2, -1});
        QCOMPARE(reference::maxPool({3, 2, 1}, x).values, std::vector<float>{-1});
    }

    void softmax_survives_huge_logits()
    {
        const Tensor p = reference::softmax(tensorOf({1, 3, 1, 1}, {1e30f, -1e30f, 1e30f}));
        QCOMPARE(p.values, (std::vector<float>{0.5f, 0, 0.5f}));
    }

    void a_nan_is_not_hidden()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const Tensor x = tensorOf({1, 1, 2, 2}, {1, nan, 2, 3});
        QVERIFY(std::isnan(reference::relu(x).values[1]));
        QVERIFY(std::isnan(reference::maxPool({2, 2, 0}, x).values[0]));
        QVERIFY(std::isnan(reference::globalAveragePool(x).values[0]));
    }
};

QTEST_GUILESS_MAIN(ReferenceOpsTest)
#include "reference_ops_test.moc"
