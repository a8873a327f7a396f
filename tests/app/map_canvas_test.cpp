// Every map by keyboard and mouse. All maps share one canvas, so the same keys do the same in each.
#include "widgets/feature_grid.h"
#include "widgets/image_view.h"
#include "widgets/lens_strip.h"
#include "widgets/map_strip.h"
#include "widgets/map_view.h"
#include "widgets/picture_tiles.h"

#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include <numeric>

using namespace reslens;
using namespace reslens::widgets;

namespace {

constexpr int kRows = 6, kColumns = 8, kChannels = 10;

/// Returns (1, kChannels, kRows, kColumns) with different values.
std::shared_ptr<const Tensor> counted(int channels = kChannels)
{
    auto tensor = std::make_shared<Tensor>(Shape{1, channels, kRows, kColumns});
    std::iota(tensor->values.begin(), tensor->values.end(), 0.0f);
    return tensor;
}

template <typename Canvas>
std::unique_ptr<Canvas> shown(std::unique_ptr<Canvas> canvas, QSize size)
{
    canvas->resize(size);
    canvas->show();
    return canvas;
}

std::unique_ptr<MapView> mapView()
{
    auto map = std::make_unique<MapView>();
    map->setMap(counted(), 3, {0, 500}, duskMap());
    return shown(std::move(map), {400, 240}); // leaves room at the sides
}

std::unique_ptr<MapStrip> mapStrip()
{
    auto strip = std::make_unique<MapStrip>();
    const QColor black(Qt::black);
    strip->setMaps({{"s", black, counted(1)}, {"F", black, counted(1)}, {"u", black, counted(1)}}, {0, 50}, duskMap());
    return shown(std::move(strip), {640, 200});
}

std::unique_ptr<ImageView> imageView()
{
    auto view = std::make_unique<ImageView>();
    QImage picture(80, 60, QImage::Format_RGB32);
    picture.fill(Qt::gray);
    view->setPicture(picture);
    view->setCropFrame({10, 0, 60, 60});
    QImage overlay(kColumns, kRows, QImage::Format_ARGB32);
    overlay.fill(Qt::red);
    view->setOverlay(overlay, 0.5);
    return shown(std::move(view), {400, 300});
}

std::unique_ptr<FeatureGrid> featureGrid()
{
    auto grid = std::make_unique<FeatureGrid>();
    FeatureMaps maps{counted(), std::vector<int>(kChannels), std::vector<ValueRange>(kChannels, {0, 500}),
                     std::vector<QString>(kChannels), duskMap()};
    std::iota(maps.order.rbegin(), maps.order.rend(), 0); // the last channel first
    grid->setTileSide(48);
    grid->setMaps(std::move(maps));
    return shown(std::move(grid), {300, 90}); // one row at a time
}

std::unique_ptr<PictureTiles> pictureTiles()
{
    auto tiles = std::make_unique<PictureTiles>();
    tiles->setPictures(std::vector<QImage>(kChannels, QImage(7, 7, QImage::Format_RGB32)));
    tiles->setCurrent(0);
    return shown(std::move(tiles), {300, 130});
}

std::unique_ptr<LensStrip> lensStrip()
{
    auto strip = std::make_unique<LensStrip>();
    LensRow few{"few", Qt::blue, {}, {}}, none{"plain", Qt::red, {}, "has no lens"}, many{"many", Qt::green, {}, {}};
    for (int cell = 0; cell <= 2; ++cell)
        few.cells.push_back({cell / 2.0, "a", 0.5, Qt::gray, QString("few %1").arg(cell)});
    for (int cell = 0; cell <= 4; ++cell)
        many.cells.push_back({cell / 4.0, "b", 0.5, Qt::gray, QString("many %1").arg(cell)});
    strip->setRows({few, none, many});
    return shown(std::move(strip), {640, 400});
}

/// Returns the last signal's value.
PixelAt lastOf(QSignalSpy &spy)
{
    return spy.isEmpty() ? PixelAt{-1, -1, -1} : spy.last().first().value<PixelAt>();
}

QPoint cellOf(const PixelAt &pixel)
{
    return {pixel.column, pixel.row};
}

/// Marks every picked or moved place, as a page does.
void follow(MapCanvas &canvas)
{
    const auto mark = [&canvas](const PixelAt &pixel) { canvas.setMark(pixel.fraction); };
    QObject::connect(&canvas, &MapCanvas::picked, &canvas, mark);
    if (auto *view = qobject_cast<ImageView *>(&canvas))
        QObject::connect(view, &ImageView::moved, &canvas, mark);
}

void wheel(QWidget &widget, QPoint at, int notches, Qt::KeyboardModifiers modifiers)
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, modifiers, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(&widget, &event);
}

/// Returns the middle of a cell of the whole plane.
QPoint middleOf(const MapCanvas &canvas, int plane, int row, int column)
{
    const QRectF rect = canvas.planeRect(plane);
    return (rect.topLeft() + QPointF((column + 0.5) / kColumns * rect.width(), (row + 0.5) / kRows * rect.height()))
        .toPoint();
}

using Make = std::function<std::unique_ptr<MapCanvas>()>;

} // namespace

Q_DECLARE_METATYPE(Make)

class MapCanvasTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qRegisterMetaType<PixelAt>(); }

    void keys_walk_from_cell_to_cell_and_stop_at_the_edges_data()
    {
        QTest::addColumn<Make>("make");
        QTest::newRow("map") << Make(mapView);
        QTest::newRow("strip") << Make(mapStrip);
        QTest::newRow("picture") << Make(imageView);
    }

    void keys_walk_from_cell_to_cell_and_stop_at_the_edges()
    {
        QFETCH(Make, make);
        const std::unique_ptr<MapCanvas> canvas = make();
        follow(*canvas);
        canvas->setMark(QPointF(3.5 / kColumns, 2.5 / kRows));
        const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
            QTest::keyClick(canvas.get(), key, modifiers);
            return cellOf(canvas->markedPixel().value_or(PixelAt{-1, -1, -1}));
        };
        QCOMPARE(press(Qt::Key_Right), QPoint(4, 2));
        QCOMPARE(press(Qt::Key_Down), QPoint(4, 3));
        QCOMPARE(press(Qt::Key_Left), QPoint(3, 3));
        QCOMPARE(press(Qt::Key_Up), QPoint(3, 2));
        QCOMPARE(press(Qt::Key_End), QPoint(kColumns - 1, 2));
        QCOMPARE(press(Qt::Key_Right), QPoint(kColumns - 1, 2));
        QCOMPARE(press(Qt::Key_Home), QPoint(0, 2));
        QCOMPARE(press(Qt::Key_PageDown), QPoint(0, 3)); // a quarter of the rows
        QCOMPARE(press(Qt::Key_End, Qt::ControlModifier), QPoint(kColumns - 1, kRows - 1));
        QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier), QPoint(0, 0));
    }

    void enter_picks_the_marked_cell_and_the_middle_where_none_is_data()
    {
        keys_walk_from_cell_to_cell_and_stop_at_the_edges_data();
    }

    void enter_picks_the_marked_cell_and_the_middle_where_none_is()
    {
        QFETCH(Make, make);
        const std::unique_ptr<MapCanvas> canvas = make();
        QSignalSpy picked(canvas.get(), &MapCanvas::picked);
        QTest::keyClick(canvas.get(), Qt::Key_Return);
        QCOMPARE(cellOf(lastOf(picked)), QPoint(kColumns / 2, kRows / 2));
        canvas->setMark(QPointF(0.99, 0.99));
        QTest::keyClick(canvas.get(), Qt::Key_Enter);
        QCOMPARE(cellOf(lastOf(picked)), QPoint(kColumns - 1, kRows - 1));
    }

    void the_mouse_points_at_a_cell_and_a_click_picks_it_data()
    {
        keys_walk_from_cell_to_cell_and_stop_at_the_edges_data();
    }

    void the_mouse_points_at_a_cell_and_a_click_picks_it()
    {
        QFETCH(Make, make);
        const std::unique_ptr<MapCanvas> canvas = make();
        QSignalSpy hovered(canvas.get(), &MapCanvas::hovered), picked(canvas.get(), &MapCanvas::picked);
        const int plane = canvas->planeCount() - 1;
        QTest::mouseMove(canvas.get(), middleOf(*canvas, plane, 4, 6));
        QTRY_VERIFY(!hovered.isEmpty());
        const auto pixel = hovered.last().first().value<std::optional<PixelAt>>();
        QVERIFY(pixel);
        QCOMPARE(cellOf(*pixel), QPoint(6, 4));
        QTest::mouseClick(canvas.get(), Qt::LeftButton, {}, middleOf(*canvas, plane, 1, 2));
        QCOMPARE(cellOf(lastOf(picked)), QPoint(2, 1));
        QTest::mouseClick(canvas.get(), Qt::LeftButton, {}, {1, canvas->height() - 1}); // outside the planes
        QCOMPARE(picked.size(), 1);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(canvas.get(), &leave);
        QVERIFY(!hovered.last().first().value<std::optional<PixelAt>>());
    }

    void every_map_zooms_by_keys_and_by_the_wheel_and_pans_by_a_drag_data()
    {
        keys_walk_from_cell_to_cell_and_stop_at_the_edges_data();
        QTest::newRow("grid") << Make(featureGrid);
        QTest::newRow("tiles") << Make(pictureTiles);
    }

    void every_map_zooms_by_keys_and_by_the_wheel_and_pans_by_a_drag()
    {
        QFETCH(Make, make);
        const std::unique_ptr<MapCanvas> canvas = make();
        QSignalSpy changed(canvas.get(), &MapCanvas::viewChanged), picked(canvas.get(), &MapCanvas::picked);
        QTest::keyClick(canvas.get(), Qt::Key_Plus);
        QCOMPARE(canvas->view().zoom, 1.25);
        QTest::keyClick(canvas.get(), Qt::Key_Minus);
        QCOMPARE(canvas->view(), PlaneView());
        const QPoint at = canvas->planeRect(0).center().toPoint();
        wheel(*canvas, at, 4, Qt::ControlModifier);
        QCOMPARE(canvas->view().zoom, std::pow(1.25, 4));
        const QPointF before = canvas->view().centre;
        QTest::mousePress(canvas.get(), Qt::LeftButton, {}, at);
        QTest::mouseMove(canvas.get(), at + QPoint(30, 0));
        QMouseEvent drag(QEvent::MouseMove, at + QPoint(30, 0), canvas->mapToGlobal(at + QPoint(30, 0)), Qt::NoButton,
                         Qt::LeftButton, {});
        QCoreApplication::sendEvent(canvas.get(), &drag);
        QTest::mouseRelease(canvas.get(), Qt::LeftButton, {}, at + QPoint(30, 0));
        QVERIFY(canvas->view().centre.x() < before.x()); // the content followed the mouse
        QVERIFY(picked.isEmpty());                       // a drag is not a click
        QTest::keyClick(canvas.get(), Qt::Key_0);
        QCOMPARE(canvas->view(), PlaneView());
        QVERIFY(changed.size() >= 4);
    }

    void walking_beyond_the_visible_part_takes_it_along()
    {
        const auto map = mapView();
        follow(*map);
        map->setView(PlaneView{}.zoomed(4, {0, 0}));
        map->setMark(QPointF(0.5 / kColumns, 0.5 / kRows));
        QTest::keyClick(map.get(), Qt::Key_End);
        QVERIFY(map->view().visible().contains(QPointF((kColumns - 0.5) / kColumns, 0.5 / kRows)));
        QCOMPARE(map->view().zoom, 4.0);
    }

    void what_is_marked_is_read_aloud()
    {
        const auto map = mapView();
        map->setMark(QPointF(0.99, 0.99));
        const float value = (*counted())(0, 3, kRows - 1, kColumns - 1);
        QCOMPARE(map->accessibleDescription(), QString("row 5 · column 7 · value %1").arg(double(value)));
        map->setMark(std::nullopt);
        QVERIFY(map->accessibleDescription().isEmpty());
        for (const std::unique_ptr<MapCanvas> &canvas :
             {Make(mapView)(), Make(mapStrip)(), Make(imageView)(), Make(featureGrid)(), Make(pictureTiles)(),
              Make(lensStrip)()}) {
            QVERIFY(!canvas->accessibleName().isEmpty());
            QCOMPARE(canvas->focusPolicy(), Qt::StrongFocus);
        }
    }

    void keys_and_clicks_walk_from_tile_to_tile()
    {
        const auto grid = featureGrid();
        QSignalSpy enlarged(grid.get(), &FeatureGrid::enlargeRequested);
        QTest::keyClick(grid.get(), Qt::Key_Home);
        QCOMPARE(grid->currentChannel(), kChannels - 1);
        QTest::keyClick(grid.get(), Qt::Key_Right);
        QCOMPARE(grid->currentChannel(), kChannels - 2);
        QTest::keyClick(grid.get(), Qt::Key_End);
        QCOMPARE(grid->currentChannel(), 0);
        QVERIFY(grid->rect().contains(grid->tileRect(kChannels - 1))); // it scrolled there
        QCOMPARE(grid->accessibleDescription(), QString("channel 0 of 10"));
        QTest::keyClick(grid.get(), Qt::Key_Return);
        QCOMPARE(enlarged.last().first().toInt(), 0);
        wheel(*grid, grid->rect().center(), 100, {}); // without Ctrl it scrolls, to the top
        QCOMPARE(grid->view(), PlaneView());
        QTest::mouseClick(grid.get(), Qt::LeftButton, {}, grid->tileRect(1).center());
        QCOMPARE(grid->currentChannel(), kChannels - 2);

        const auto tiles = pictureTiles();
        QSignalSpy chosen(tiles.get(), &PictureTiles::currentChanged);
        QTest::keyClick(tiles.get(), Qt::Key_End);
        QCOMPARE(tiles->current(), kChannels - 1);
        QTest::keyClick(tiles.get(), Qt::Key_Left);
        QTest::keyClick(tiles.get(), Qt::Key_Return);
        QCOMPARE(chosen.last().first().toInt(), kChannels - 2);
        QTest::mouseClick(tiles.get(), Qt::LeftButton, {}, tiles->tileRect(2).center());
        QCOMPARE(tiles->current(), 2);
        QCOMPARE(tiles->accessibleDescription(), QString("filter 2 of 10"));
    }

    void keys_and_clicks_walk_over_the_depths_of_a_lens()
    {
        const auto strip = lensStrip();
        QSignalSpy picked(strip.get(), &MapCanvas::picked);
        QObject::connect(strip.get(), &MapCanvas::picked, strip.get(),
                         [&strip](const PixelAt &at) { strip->setMark(at.fraction.x()); });
        const auto depthAfter = [&](Qt::Key key) {
            QTest::keyClick(strip.get(), key);
            return lastOf(picked).fraction.x();
        };
        QCOMPARE(depthAfter(Qt::Key_Right), 0.0);
        QCOMPARE(depthAfter(Qt::Key_Right), 0.5);
        QCOMPARE(strip->accessibleDescription(), QString("few: few 1"));
        QCOMPARE(depthAfter(Qt::Key_Down), 0.5); // skips the row without a lens
        QCOMPARE(strip->accessibleDescription(), QString("many: many 2"));
        QCOMPARE(depthAfter(Qt::Key_Right), 0.75);
        QCOMPARE(depthAfter(Qt::Key_End), 1.0);
        QCOMPARE(depthAfter(Qt::Key_Home), 0.0);
        QCOMPARE(depthAfter(Qt::Key_Return), 0.0);
        QTest::mouseClick(strip.get(), Qt::LeftButton, {}, strip->cellRect(2, 3).center().toPoint());
        QCOMPARE(lastOf(picked).fraction.x(), 0.75);
    }

    void the_picture_opens_files_by_keys_and_by_a_click_while_it_is_empty()
    {
        ImageView view;
        view.resize(300, 200);
        view.show();
        QSignalSpy opened(&view, &ImageView::openRequested);
        QTest::keyClick(&view, Qt::Key_Return);
        QTest::mouseClick(&view, Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_Space);
        QCOMPARE(opened.size(), 3);
    }
};

QTEST_MAIN(MapCanvasTest)
#include "map_canvas_test.moc"
