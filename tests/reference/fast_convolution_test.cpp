// oneDNN's convolution, forward and backward, against the formulas.
#include "reference/fast_convolution.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"
#include "support/golden.h"

#include <QTest>

using namespace reslens;

namespace {
constexpr double kTolerance = 1e-5;
}

class FastConvolutionTest : public QObject {
    Q_OBJECT

private slots:
    void it_agrees_with_the_formula_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(test::kConvCases)); ++i)
            QTest::newRow(test::kConvCases[i].name) << i;
    }

    void it_agrees_with_the_formula()
    {
        QFETCH(int, index);
        const test::ConvCase &c = test::kConvCases[index];
        const Tensor x = test::inputOf(c), w = test::weightsOf(c);
        const Tensor y = reference::FastConvolution(c.op, w)(x), expected = reference::conv2d(c.op, x, w);
        QVERIFY2(test::relativeError(y, expected) <= kTolerance, test::worst(y, expected));
    }

    void it_agrees_with_pytorch()
    {
        for (const test::OpCase &golden : test::opCases("conv2d")) {
            const Tensor y = reference::FastConvolution(test::conv2dOf(golden), golden["w"])(golden["x"]);
            QVERIFY2(test::relativeError(y, golden["y"]) <= kTolerance,
                     (golden.name + ": ").c_str() + test::worst(y, golden["y"]));
        }
    }

    void its_backward_agrees_with_the_formulas_data() { it_agrees_with_the_formula_data(); }

    void its_backward_agrees_with_the_formulas()
    {
        QFETCH(int, index);
        const test::ConvCase &c = test::kConvCases[index];
        const Tensor x = test::inputOf(c), w = test::weightsOf(c);
        reference::FastConvolution convolution(c.op, w);
        const Tensor gy = test::generatedTensor("gy", convolution(x).shape);
        const Tensor gx = convolution.backwardInput(gy, x.shape), gw = convolution.backwardWeights(x, gy);
        const Tensor expectedX = reference::conv2dBackwardInput(c.op, gy, w, x.shape);
        const Tensor expectedW = reference::conv2dBackwardWeights(c.op, x, gy);
        QVERIFY2(test::relativeError(gx, expectedX) <= kTolerance, test::worst(gx, expectedX));
        QVERIFY2(test::relativeError(gw, expectedW) <= kTolerance, test::worst(gw, expectedW));
    }

    void its_backward_agrees_with_pytorch()
    {
        for (const test::OpCase &golden : test::opCases("conv2d")) {
            reference::FastConvolution convolution(test::conv2dOf(golden), golden["w"]);
            const Tensor gx = convolution.backwardInput(golden["gy"], golden["x"].shape);
            const Tensor gw = convolution.backwardWeights(golden["x"], golden["gy"]);
            QVERIFY2(test::relativeError(gx, golden["gx"]) <= kTolerance,
                     (golden.name + ": ").c_str() + test::worst(gx, golden["gx"]));
            QVERIFY2(test::relativeError(gw, golden["gw"]) <= kTolerance,
                     (golden.name + ": ").c_str() + test::worst(gw, golden["gw"]));
        }
    }

    void it_serves_images_of_one_size_after_another()
    {
        const nn::Conv2d op{16, 32, 3, 2, 1};
        const Tensor w = test::generatedTensor("w", {32, 16, 3, 3});
        reference::FastConvolution convolution(op, w);
        for (const Shape &shape : {Shape{1, 16, 8, 8}, Shape{4, 16, 9, 5}, Shape{1, 16, 1, 1}, Shape{1, 16, 8, 8}}) {
            const Tensor x = test::generatedTensor("x", shape);
            const Tensor y = convolution(x), expected = reference::conv2d(op, x, w);
            QVERIFY2(test::relativeError(y, expected) <= kTolerance, test::worst(y, expected));
        }
        QVERIFY(convolution.memoryBytes() >= w.values.size() * sizeof(float));
    }
};

QTEST_GUILESS_MAIN(FastConvolutionTest)
#include "fast_convolution_test.moc"
