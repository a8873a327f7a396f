// Winograd's convolution and its gradient against the formulas, in every kind of team, with the direct form's limits.
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"

#include <QTest>

#include <algorithm>
#include <optional>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

} // namespace

class WinogradTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!isDriverInstalled())
            QSKIP("the second driver is not installed (Debian: chromium-common)");
    }
    void init() { m_device.emplace(); } // without choices
    void cleanup() { QCOMPARE(m_device ? m_device->context->messageCount() : 0, 0); }

    void convolution_agrees_with_the_formula_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<int>("channelsOut");
        QTest::newRow("whole tiles") << Shape{1, 32, 28, 28} << 32;
        QTest::newRow("cut tiles, batch 2") << Shape{2, 16, 14, 11} << 36;
        QTest::newRow("many channels") << Shape{1, 256, 14, 14} << 24;
        QTest::newRow("few channels") << Shape{1, 4, 9, 8} << 4;
    }
    void convolution_agrees_with_the_formula()
    {
        const Case c;
        const PackedConvolution packed = packedLayout(c.op);
        choose({"conv2d", packed, c.x.shape, c.gy.shape});
        const auto run = [&] {
            return SingleOp(c.op.channelsIn)
                .add(c.op)
                .weights(c.w)
                .addBatchNorm(c.op.channelsOut)
                .run(*m_device->store, c.x);
        };
        const Tensor y = run(), expected = reference::conv2d(c.op, c.x, c.w);
        QVERIFY2(relativeError(y, expected) <= kTolerance, worst(y, expected));
        QVERIFY2(run().values == y.values, "the same choice gave other bits");
    }

    void gradient_agrees_with_the_formula_data() { convolution_agrees_with_the_formula_data(); }
    void gradient_agrees_with_the_formula()
    {
        const Case c;
        chooseForGradient(c);
        const Tensor gx = gradient(c, SingleOp::Mask::None), expected = formula(c);
        QVERIFY2(relativeError(gx, expected) <= kTolerance, worst(gx, expected));
    }

    void gradient_behind_a_relu_is_masked_data() { convolution_agrees_with_the_formula_data(); }
    void gradient_behind_a_relu_is_masked()
    {
        const Case c;
        chooseForGradient(c);
        Tensor expected = formula(c);
        for (std::size_t i = 0; i < expected.values.size(); ++i)
            if (c.x.values[i] <= 0)
                expected.values[i] = 0;
        const Tensor gx = gradient(c, SingleOp::Mask::ReluBefore);
        QVERIFY2(relativeError(gx, expected) <= kTolerance, worst(gx, expected));
    }

private:
    /// The case of the running row.
    struct Case {
        nn::Conv2d op;
        Tensor x, w, gy;

        Case()
        {
            QFETCH(Shape, shape);
            QFETCH(int, channelsOut);
            op = {shape.c, channelsOut, 3, 1, 1};
            x = generatedTensor("x", shape);
            w = generatedTensor("w", {channelsOut, shape.c, 3, 3});
            gy = generatedTensor("gy", {shape.n, channelsOut, shape.h, shape.w});
        }
    };

    static Tensor formula(const Case &c) { return reference::conv2dBackwardInput(c.op, c.gy, c.w, c.x.shape); }

    Tensor gradient(const Case &c, SingleOp::Mask mask)
    {
        return SingleOp(c.op.channelsIn)
            .add(c.op)
            .weights(c.w)
            .addBatchNorm(c.op.channelsOut)
            .runBackward(*m_device->store, c.x, c.gy, mask)
            .x;
    }

    void chooseForGradient(const Case &c)
    {
        const PackedConvolution packed = packedLayout(transposed(c.op));
        choose({"conv2d_backward_input", packed, c.gy.shape, c.x.shape});
    }

    void choose(const ConvolutionTask &task)
    {
        KernelStore &store = *m_device->store;
        const std::vector<KernelChoice> all = store.possibleFor(task.ofOneImage());
        const auto winograd =
            std::find_if(all.begin(), all.end(), [](const auto &choice) { return choice.isWinograd; });
        QVERIFY(winograd != all.end());
        store.choices().put(task.ofOneImage().key(), *winograd); // also applies to a batch
        QVERIFY(store.choiceFor(task).isWinograd);
    }

    std::optional<ValidatedKernels> m_device;
};

QTEST_GUILESS_MAIN(WinogradTest)
#include "winograd_test.moc"
