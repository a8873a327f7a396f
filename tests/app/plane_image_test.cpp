// Values become colours exactly, and equal steps of the value look equally large.
#include "widgets/colour_map.h"
#include "widgets/map_canvas.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace reslens;
using namespace reslens::widgets;

namespace {

double difference(QRgb p, QRgb q)
{
    const OkLab a = okLabOf(p), b = okLabOf(q);
    return std::hypot(a.L - b.L, a.a - b.a, a.b - b.b);
}

} // namespace

class PlaneImageTest : public QObject {
    Q_OBJECT

private slots:
    void every_pixel_is_the_colour_of_its_value();
    void zero_is_the_middle_of_a_signed_range();
    void an_unsigned_range_starts_at_zero();
    void values_that_are_not_finite_stand_out();
    void a_flat_plane_has_one_colour();
    void over_a_picture_a_signed_map_is_transparent_where_it_says_nothing();
    void lightness_of_the_sequential_map_rises_all_the_way();
    void equal_steps_look_equally_large_data();
    void equal_steps_look_equally_large();
    void both_arms_of_a_diverging_map_are_equally_long();
    void zooming_keeps_the_point_under_the_mouse();
    void panning_stays_within_the_plane();
};

void PlaneImageTest::every_pixel_is_the_colour_of_its_value()
{
    Tensor tensor({1, 2, 3, 4});
    for (std::size_t i = 0; i < tensor.values.size(); ++i)
        tensor.values[i] = 0.25f * float(i);
    const ValueRange range{0, 6};
    const QImage image = planeImage(tensor, 1, range, duskMap());
    QCOMPARE(image.size(), QSize(4, 3));
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 4; ++column) {
            const double position = double(tensor(0, 1, row, column)) / 6;
            QCOMPARE(image.pixel(column, row), duskMap().entry(int(std::lround(position * 256))));
        }
}

void PlaneImageTest::zero_is_the_middle_of_a_signed_range()
{
    const ValueRange range = rangeFor(-1, 3, true);
    QCOMPARE(range, (ValueRange{-3, 3}));
    QCOMPARE(colourOf(0, range, divergingLightMap()), divergingLightMap().entry(128));
    QVERIFY(okLabOf(divergingLightMap().entry(128)).L > 0.96);
    QVERIFY(okLabOf(divergingDarkMap().entry(128)).L < 0.20);
}

void PlaneImageTest::an_unsigned_range_starts_at_zero()
{
    QCOMPARE(rangeFor(0.5f, 3, false), (ValueRange{0, 3}));
    QCOMPARE(colourOf(0, rangeFor(0.5f, 3, false), duskMap()), duskMap().entry(0));
}

void PlaneImageTest::values_that_are_not_finite_stand_out()
{
    QCOMPARE(colourOf(std::numeric_limits<float>::quiet_NaN(), {0, 1}, duskMap()), kNotFinite);
    QCOMPARE(colourOf(std::numeric_limits<float>::infinity(), {0, 1}, duskMap()), kNotFinite);
}

void PlaneImageTest::over_a_picture_a_signed_map_is_transparent_where_it_says_nothing()
{
    Tensor map({1, 1, 1, 4});
    map.values = {-2, 0, 0.5f, 2};
    const QImage over = overlayImage(map, 0, {-2, 2}, divergingLightMap());
    const QImage plain = planeImage(map, 0, {-2, 2}, divergingLightMap());
    QCOMPARE(qAlpha(over.pixel(0, 0)), 255);
    QCOMPARE(qAlpha(over.pixel(1, 0)), 0);
    QCOMPARE(qAlpha(over.pixel(2, 0)), 128); // the root of a quarter
    QCOMPARE(qAlpha(over.pixel(3, 0)), 255);
    QCOMPARE(QColor(over.pixel(3, 0)).rgb(), QColor(plain.pixel(3, 0)).rgb());
    QCOMPARE(qAlpha(overlayImage(map, 0, {0, 2}, duskMap()).pixel(1, 0)), 255);
}

void PlaneImageTest::a_flat_plane_has_one_colour()
{
    QCOMPARE(colourOf(0, {0, 0}, duskMap()), duskMap().entry(0));
    QCOMPARE(colourOf(0, {0, 0}, divergingDarkMap()), divergingDarkMap().entry(128));
}

void PlaneImageTest::lightness_of_the_sequential_map_rises_all_the_way()
{
    for (int i = 1; i < ColourMap::kEntries; ++i)
        QVERIFY2(okLabOf(duskMap().entry(i)).L > okLabOf(duskMap().entry(i - 1)).L - 0.004,
                 qPrintable(QString("entry %1").arg(i)));
    QVERIFY(okLabOf(duskMap().entry(0)).L < 0.25);
    QVERIFY(okLabOf(duskMap().entry(256)).L > 0.93);
}

void PlaneImageTest::equal_steps_look_equally_large_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("dusk") << 0;
    QTest::newRow("grey") << 1;
    QTest::newRow("diverging light") << 2;
    QTest::newRow("diverging dark") << 3;
}

void PlaneImageTest::equal_steps_look_equally_large()
{
    QFETCH(int, which);
    const ColourMap *const maps[] = {&duskMap(), &greyMap(), &divergingLightMap(), &divergingDarkMap()};
    // Steps of 16 entries: the rounding to bytes is small against them.
    constexpr int kStep = 16;
    double smallest = 1, largest = 0;
    for (int i = kStep; i < ColourMap::kEntries; i += kStep) {
        const double step = difference(maps[which]->entry(i), maps[which]->entry(i - kStep));
        smallest = std::min(smallest, step);
        largest = std::max(largest, step);
    }
    QVERIFY2(largest < 1.25 * smallest, qPrintable(QString("steps from %1 to %2").arg(smallest).arg(largest)));
}

void PlaneImageTest::both_arms_of_a_diverging_map_are_equally_long()
{
    for (const ColourMap *map : {&divergingLightMap(), &divergingDarkMap()}) {
        const double negative = difference(map->entry(0), map->entry(128));
        const double positive = difference(map->entry(256), map->entry(128));
        QVERIFY2(std::abs(negative - positive) < 0.03 * negative,
                 qPrintable(QString("%1 and %2").arg(negative).arg(positive)));
    }
}

void PlaneImageTest::zooming_keeps_the_point_under_the_mouse()
{
    const PlaneView view = PlaneView{}.zoomed(4, {0.25, 0.75});
    QCOMPARE(view.zoom, 4.0);
    const QRectF visible = view.visible();
    QCOMPARE(visible.x() + 0.25 * visible.width(), 0.25);
    QCOMPARE(visible.y() + 0.75 * visible.height(), 0.75);
    QCOMPARE(view.zoomed(1e-9, {0.9, 0.1}), PlaneView());
}

void PlaneImageTest::panning_stays_within_the_plane()
{
    const PlaneView view = PlaneView{}.zoomed(2, {0.5, 0.5}).panned({10, -10});
    QCOMPARE(view.visible(), QRectF(0, 0.5, 0.5, 0.5));
}

QTEST_GUILESS_MAIN(PlaneImageTest)
#include "plane_image_test.moc"
