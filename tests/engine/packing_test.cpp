// Layouts: four channels per texel, weights in blocks of outputs.
#include "engine/packed.h"
#include "engine/program.h"
#include "interface.h"

#include <QTest>

#include <numeric>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

Tensor counted(Shape shape)
{
    Tensor tensor(shape);
    std::iota(tensor.values.begin(), tensor.values.end(), 1.0f);
    return tensor;
}

Packed pack(const nn::Conv2d &op, const std::vector<float> &weights)
{
    const std::vector<double> ones(op.channelsOut, 1.0), zeros(op.channelsOut, 0.0);
    return packed(op, weights, ones, zeros);
}

/// Returns the weight of output k, input c, tap t from the place where conv2d.comp reads it.
float weightAt(const Packed &packed, int k, int c, int tap)
{
    const int taps = packed.op.kernel * packed.op.kernel, block = k / (4 * packed.outQuads);
    const std::size_t table = (std::size_t(block) * taps + tap) * packed.inQuadsPerGroup() + c / 4;
    const std::size_t texel = (table * packed.outQuads + k % (4 * packed.outQuads) / 4) * 4 + c % 4;
    return packed.weights[texel * 4 + k % 4];
}

} // namespace

class PackingTest : public QObject {
    Q_OBJECT
private slots:
    void packing_and_unpacking_gives_the_tensor_back_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("c");
        QTest::newRow("whole quads") << 1 << 8;
        QTest::newRow("channels not a multiple of 4") << 1 << 7;
        QTest::newRow("an image") << 2 << 3;
    }

    void packing_and_unpacking_gives_the_tensor_back()
    {
        QFETCH(int, n);
        QFETCH(int, c);
        const Tensor tensor = counted({n, c, 3, 5});
        std::vector<float> packed((packedTexels(tensor.shape) - 1) * 4, -1.0f);
        packActivations(tensor, packed);
        QCOMPARE(unpackActivations(packed, tensor.shape).values, tensor.values);
    }

    void channels_beyond_the_last_are_zero()
    {
        std::vector<float> packed(2 * 4, -1.0f);
        packActivations(counted({1, 3, 1, 2}), packed);
        QCOMPARE(packed, (std::vector<float>{1, 3, 5, 0, 2, 4, 6, 0}));
    }

    void every_weight_stands_where_the_kernel_reads_it()
    {
        const nn::Conv2d op{5, 34, 3, 1, 1};
        std::vector<float> weights(34 * 5 * 9);
        std::iota(weights.begin(), weights.end(), 1.0f);
        const Packed packed = pack(op, weights);
        QCOMPARE(packed.outBlocks(), 2);
        for (int k = 0; k < 34; ++k)
            for (int c = 0; c < 5; ++c)
                for (int tap = 0; tap < 9; ++tap)
                    QCOMPARE(weightAt(packed, k, c, tap), weights[(k * 5 + c) * 9 + tap]);
    }

    void a_batch_norm_scales_each_output_channel()
    {
        const nn::Conv2d op{4, 4, 1};
        const std::vector<double> scale{1, 2, 3, 4}, bias{5, 6, 7, 8};
        const Packed packed = test::packed(op, std::vector<float>(16, 1.0f), scale, bias);
        for (int k = 0; k < 4; ++k)
            QCOMPARE(weightAt(packed, k, 0, 0), float(scale[k]));
        QCOMPARE(packed.bias, (std::vector<float>{5, 6, 7, 8}));
    }

    void an_invocation_never_crosses_a_group()
    {
        QCOMPARE(pack({128, 128, 3, 1, 1, 32}, std::vector<float>(128 * 4 * 9)).outQuads, 1);  // 4 channels a group
        QCOMPARE(pack({256, 256, 3, 1, 1, 32}, std::vector<float>(256 * 8 * 9)).outQuads, 2);  // 8
        QCOMPARE(pack({512, 512, 3, 1, 1, 32}, std::vector<float>(512 * 16 * 9)).outQuads, 4); // 16
        QCOMPARE(pack({96, 96, 1, 1, 0, 8}, std::vector<float>(96 * 12)).outQuads, 1);         // 12: 3 quads
    }

    void no_share_of_a_weight_gradient_takes_more_turns_than_llvmpipe_makes_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<Shape>("output");
        QTest::newRow("one pixel wide") << 3 << Shape{1, 8, 70'000, 1};
        QTest::newRow("a large odd plane") << 1 << Shape{1, 8, 525, 525};
        QTest::newRow("an even plane of odd rows") << 1 << Shape{3, 8, 14, 14};
        QTest::newRow("a batch of small planes") << 1 << Shape{64, 8, 7, 7};
        QTest::newRow("the stem of 512x512") << 7 << Shape{1, 8, 256, 256};
    }
    void no_share_of_a_weight_gradient_takes_more_turns_than_llvmpipe_makes()
    {
        QFETCH(int, kernel);
        QFETCH(Shape, output);
        const WeightGradientLayout layout({4, 8, kernel, 1, kernel / 2}, {output.n, 4, output.h, output.w}, output);
        const int rows = (layout.rows() + layout.chunks - 1) / layout.chunks,
                  runs = (layout.gy.w + shaders::kRun - 1) / shaders::kRun;
        QVERIFY2(rows * runs < 65'535, qPrintable(QString::number(rows * runs)));
        QCOMPARE(layout.gy.planeCount(), output.planeCount()); // no pixel is left out
        QCOMPARE(layout.x.planeCount(), output.planeCount());
    }

    void groups_of_odd_sizes_are_spelled_out_with_zeros()
    {
        const nn::Conv2d op{6, 4, 1, 1, 0, 2}; // groups of 3 to 2
        std::vector<float> weights(4 * 3);
        std::iota(weights.begin(), weights.end(), 1.0f);
        const Packed packed = pack(op, weights);
        QCOMPARE(packed.op.groups, 1);
        for (int k = 0; k < 4; ++k)
            for (int c = 0; c < 6; ++c)
                QCOMPARE(weightAt(packed, k, c, 0), c / 3 == k / 2 ? weights[k * 3 + c % 3] : 0.0f);
    }
};

QTEST_GUILESS_MAIN(PackingTest)
#include "packing_test.moc"
