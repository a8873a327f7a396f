#include "tensor/tensor.h"

#include <QTest>

using namespace reslens;

class TensorTest : public QObject {
    Q_OBJECT

private slots:
    void elements_lie_in_nchw_order()
    {
        Tensor t(Shape{2, 3, 4, 5});
        QCOMPARE(t.values.size(), std::size_t(120));
        QCOMPARE(t.index(0, 0, 0, 1), std::size_t(1));
        QCOMPARE(t.index(0, 0, 1, 0), std::size_t(5));
        QCOMPARE(t.index(0, 1, 0, 0), std::size_t(20));
        QCOMPARE(t.index(1, 2, 3, 4), std::size_t(119));
        t(1, 2, 3, 4) = 7;
        QCOMPARE(t.values.back(), 7.0f);
    }

    void outside_of_the_plane_is_zero()
    {
        const Tensor t(Shape{1, 1, 2, 3}, 1.0f);
        for (int h = -2; h < 5; ++h)
            for (int w = -2; w < 6; ++w)
                QCOMPARE(t.padded(0, 0, h, w), h >= 0 && h < 2 && w >= 0 && w < 3 ? 1.0f : 0.0f);
    }

    void counts_do_not_overflow_an_int() { QCOMPARE((Shape{64, 2048, 224, 224}.count()), std::size_t(6576668672)); }

    void a_shape_reads_as_people_write_it() { QCOMPARE((Shape{1, 3, 224, 224}.text()), std::string("1x3x224x224")); }
};

QTEST_GUILESS_MAIN(TensorTest)
#include "tensor_test.moc"
