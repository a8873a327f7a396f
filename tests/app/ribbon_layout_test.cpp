// The ribbon's geometry, without a window.
#include "widgets/ribbon_layout.h"

#include "app/ribbon_numbers.h"

#include <QtTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::widgets;

class RibbonLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void sixteen_blocks_fit_into_900_pixels_and_stay_readable();
    void deep_networks_are_wider_and_still_readable();
    void zoomed_out_every_network_fits_data();
    void zoomed_out_every_network_fits();
    void zooming_ends_at_the_limits();
    void every_row_has_one_cell_and_cells_do_not_overlap();
    void a_collapsed_stage_is_one_cell_with_all_its_rows();
    void bars_stand_under_their_boxes();
    void sizes_grow_with_the_font();
    void points_find_their_cells_and_headings();
    void no_network_is_an_empty_layout();
};

void RibbonLayoutTest::sixteen_blocks_fit_into_900_pixels_and_stay_readable()
{
    for (const char *name : {"resnet20", "resnet50"}) {
        const RibbonLayout layout = layOutRibbon(*blocksOf(name, 64), {880});
        QVERIFY2(layout.width <= 880.001, name);
        QVERIFY2(layout.cells[1].box.width() >= 26, name);
    }
}

void RibbonLayoutTest::deep_networks_are_wider_and_still_readable()
{
    for (const char *name : {"resnet110", "resnet152"}) {
        const RibbonLayout layout = layOutRibbon(*blocksOf(name, 64), {1400});
        QVERIFY2(layout.width > 1400, name);
        QVERIFY2(std::abs(layout.cells[1].box.width() - 26) < 1e-9, name);
    }
}

void RibbonLayoutTest::zoomed_out_every_network_fits_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"resnet20", "resnet50", "resnet152", "resnet110"})
        QTest::newRow(name) << name;
}

void RibbonLayoutTest::zoomed_out_every_network_fits()
{
    QFETCH(QString, name);
    const auto model = blocksOf(name.toLatin1().constData(), 64);
    const RibbonLayout layout = layOutRibbon(*model, {900, 1, 0.0});
    QVERIFY(layout.width <= 900.001);
    for (const RibbonCell &cell : layout.cells)
        QVERIFY(cell.box.width() > 4 && cell.box.left() > 0);
}

void RibbonLayoutTest::zooming_ends_at_the_limits()
{
    const auto model = blocksOf("resnet110");
    const RibbonLayout usual = layOutRibbon(*model, {900}), largest = layOutRibbon(*model, {900, 1, 1e9});
    QCOMPARE(largest.pitch, usual.largest);
    QCOMPARE(layOutRibbon(*model, {900, 1, 1e-9}).pitch, usual.smallest);
    QCOMPARE(layOutRibbon(*model, {900, 1, 100.0}).pitch, 100.0);
    QVERIFY(largest.cells[1].box.width() > 200);
}

void RibbonLayoutTest::every_row_has_one_cell_and_cells_do_not_overlap()
{
    const auto model = blocksOf("resnet50", 64);
    for (const std::set<int> &collapsed : {std::set<int>{}, {2}, {1, 2, 3, 4}}) {
        const RibbonLayout layout = layOutRibbon(*model, {900, 1, {}, collapsed});
        int next = 0;
        for (std::size_t i = 0; i < layout.cells.size(); ++i) {
            QCOMPARE(layout.cells[i].firstRow, next);
            next = layout.cells[i].lastRow + 1;
            QVERIFY(i == 0 || layout.cells[i - 1].area.right() <= layout.cells[i].area.left() + 1e-9);
            QVERIFY(i == 0 || layout.cells[i - 1].join.x() + layout.joinRadius < layout.cells[i].box.left());
        }
        QCOMPARE(next, model->rowCount());
    }
}

void RibbonLayoutTest::a_collapsed_stage_is_one_cell_with_all_its_rows()
{
    const auto model = blocksOf("resnet20");
    const RibbonLayout layout = layOutRibbon(*model, {900, 1, {}, {2}});
    QCOMPARE(int(layout.cells.size()), 9);
    const RibbonCell &cell = layout.cells[layout.cellOf(5)];
    QVERIFY(cell.isStage && cell.firstRow == 4 && cell.lastRow == 6);
    QVERIFY(layout.stages[1].isCollapsed && !layout.stages[0].isCollapsed);
    QVERIFY(layout.stages[1].band.contains(cell.box));
    QVERIFY(layout.cells[1].box.width() >
            layOutRibbon(*model, {900}).cells[1].box.width()); // the others have more room
}

void RibbonLayoutTest::bars_stand_under_their_boxes()
{
    const RibbonLayout layout = layOutRibbon(*blocksOf("resnet20"), {900});
    for (int row = 1; row <= 9; ++row) {
        const RibbonCell &cell = layout.cells[row];
        QVERIFY(cell.forwardBar.top() > cell.box.bottom() && cell.gradientBar.top() > cell.forwardBar.bottom());
        QVERIFY(cell.gradientBar.bottom() < layout.height);
        QVERIFY(cell.area.contains(cell.forwardBar) && cell.area.contains(cell.gradientBar));
    }
    QVERIFY(layout.cells.front().forwardBar.isEmpty() && layout.cells.back().forwardBar.isEmpty());
}

void RibbonLayoutTest::sizes_grow_with_the_font()
{
    const auto model = blocksOf("resnet110");
    const RibbonLayout usual = layOutRibbon(*model, {900}), twice = layOutRibbon(*model, {900, 2});
    QCOMPARE(twice.height, 2 * usual.height);
    QCOMPARE(twice.cells[1].box.size(), 2 * usual.cells[1].box.size());
    QCOMPARE(twice.line, 2 * usual.line);
}

void RibbonLayoutTest::points_find_their_cells_and_headings()
{
    const RibbonLayout layout = layOutRibbon(*blocksOf("resnet20"), {900});
    for (int cell = 0; cell < int(layout.cells.size()); ++cell)
        QCOMPARE(layout.cellAt(layout.cells[cell].box.center()), cell);
    QCOMPARE(layout.headingAt(layout.stages[2].heading.center()), 2);
    QCOMPARE(layout.cellAt(layout.stages[2].heading.center()), -1);
    QCOMPARE(layout.headingAt(layout.cells[1].box.center()), -1);
    QCOMPARE(layout.cellAt({-5, -5}), -1);
    QCOMPARE(layout.cellOf(99), -1);
}

void RibbonLayoutTest::no_network_is_an_empty_layout()
{
    const RibbonLayout layout = layOutRibbon(models::BlockModel(), {900});
    QVERIFY(layout.cells.empty() && layout.stages.empty());
    QVERIFY(layout.height > 0 && layout.width <= 900);
}

QTEST_GUILESS_MAIN(RibbonLayoutTest)
#include "ribbon_layout_test.moc"
