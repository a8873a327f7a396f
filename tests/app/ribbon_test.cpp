// The ribbon for the person: its bars, its keys, its stages, its overview.
#include "app/ribbon_bench.h"

#include "widgets/block_marks.h"
#include "widgets/ribbon_guides.h"

#include <QAction>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QWheelEvent>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::widgets;

namespace {

nn::BlockScale scaleIn(const QSignalSpy &spy, int call = 0)
{
    return spy.at(call).at(1).value<nn::BlockScale>();
}

/// Counts pixels of `colour` along the middle of `rect`.
int pixelsOf(const QColor &colour, const QImage &picture, const QRectF &rect)
{
    int count = 0;
    for (int x = int(rect.left()); x <= int(rect.right()); ++x)
        count += picture.pixelColor(x, int(rect.center().y())) == colour;
    return count;
}

} // namespace

class RibbonTest : public QObject {
    Q_OBJECT

private slots:
    void init() { applyTheme(lightTheme()); }

    void bar_widths_are_the_shares();
    void opposed_shares_divide_the_bar_by_magnitude_and_are_hatched();
    void a_collapsed_stage_shows_the_mean_of_its_shares();
    void keys_cut_and_restore_branch_and_skip();
    void a_double_click_cuts_the_branch_on_its_box_and_the_skip_on_its_arc();
    void a_plain_block_cannot_be_cut();
    void arrow_keys_walk_over_a_collapsed_stage_and_enter_expands_it();
    void a_click_on_a_heading_collapses_its_stage();
    void a_hidden_block_cannot_be_cut();
    void zooming_with_the_wheel_keeps_the_block_under_the_mouse();
    void zooming_with_keys_ends_where_all_fits();
    void the_overview_is_there_only_where_the_blocks_do_not_fit();
    void dragging_the_overview_scrolls();
    void hovering_signals_and_the_setter_does_not();
    void boxes_have_the_colour_of_the_quantity();
    void tooltips_have_the_numbers_and_accessibility_speaks_them();
    void every_key_of_the_ribbon_is_wanted_although_the_window_has_shortcuts();
    void a_new_number_is_painted_within_a_frame();
    void another_network_starts_expanded_and_unzoomed();
    void nothing_is_clipped_at_twice_the_font_size();
    void screenshots_data();
    void screenshots();
};

void RibbonTest::bar_widths_are_the_shares()
{
    RibbonBench bench("resnet20");
    const QImage picture = bench.ribbon->viewport()->grab().toImage();
    for (int row = 1; row <= 9; ++row) {
        const RibbonCell &cell = bench.ribbon->ribbonLayout().cells[row];
        const study::BlockFacts numbers = bench.model->numbers(row);
        if (numbers.forward->skipShare.value > 1)
            continue; // covered by the next test
        const double forward = pixelsOf(lightTheme().skip, picture, cell.forwardBar) / cell.forwardBar.width();
        const double gradient = pixelsOf(lightTheme().branch, picture, cell.gradientBar) / cell.gradientBar.width();
        const double pixel = 1.5 / cell.forwardBar.width();
        QVERIFY2(std::abs(forward - numbers.forward->skipShare.value) < pixel, qPrintable(QString::number(row)));
        QVERIFY2(std::abs(gradient - numbers.gradient->branchShare.value) < pixel, qPrintable(QString::number(row)));
    }
}

void RibbonTest::opposed_shares_divide_the_bar_by_magnitude_and_are_hatched()
{
    RibbonBench bench("resnet20");
    std::vector<analysis::BlockContribution> all = madeUpContributions(*bench.model);
    all[3].skipShare = {1.5, true}, all[3].branchShare = {-0.5, true};
    bench.model->setContributions(all);
    QCOMPARE(shareBarOf(*bench.model, 4, 4, Direction::Forward).division(), 0.75);
    const QRectF bar = bench.ribbon->ribbonLayout().cells[4].forwardBar;
    const QImage picture = bench.ribbon->viewport()->grab().toImage();
    QVERIFY(std::abs(pixelsOf(lightTheme().skip, picture, bar) - 0.75 * bar.width()) < 1.5);
    QVERIFY(pixelsOf(lightTheme().branch, picture, bar) < 0.2 * bar.width());
    QVERIFY(bench.model->index(4).data(Qt::ToolTipRole).toString().contains("oppose"));
    QVERIFY(bench.legend->text().contains("opposes"));
}

void RibbonTest::a_collapsed_stage_shows_the_mean_of_its_shares()
{
    RibbonBench bench("resnet20");
    double mean = 0;
    for (int row = 7; row <= 9; ++row)
        mean += bench.model->numbers(row).forward->skipShare.value / 3;
    const ShareBar bar = shareBarOf(*bench.model, 7, 9, Direction::Forward);
    QVERIFY(std::abs(bar.shares->skip - mean) < 1e-12);
    bench.model->clearNumbers();
    QVERIFY(!shareBarOf(*bench.model, 7, 9, Direction::Forward).isKnown);
}

void RibbonTest::keys_cut_and_restore_branch_and_skip()
{
    RibbonBench bench("resnet20");
    bench.ribbon->setCurrentRow(4);
    QSignalSpy requests(bench.ribbon, &Ribbon::scaleRequested);
    QTest::keyClick(bench.ribbon, Qt::Key_B);
    QCOMPARE(requests.at(0).at(0).toInt(), 3);
    QCOMPARE(scaleIn(requests), (nn::BlockScale{1, 0}));
    bench.setScale(3, {0.5f, 0});
    QTest::keyClick(bench.ribbon, Qt::Key_B);
    QTest::keyClick(bench.ribbon, Qt::Key_S);
    QCOMPARE(scaleIn(requests, 1), (nn::BlockScale{0.5f, 1}));
    QCOMPARE(scaleIn(requests, 2), (nn::BlockScale{0, 0}));
    bench.ribbon->setCurrentRow(0); // the stem has neither
    QTest::keyClick(bench.ribbon, Qt::Key_B);
    QTest::keyClick(bench.ribbon, Qt::Key_S);
    QCOMPARE(requests.size(), 3);
}

void RibbonTest::a_double_click_cuts_the_branch_on_its_box_and_the_skip_on_its_arc()
{
    RibbonBench bench("resnet20");
    QSignalSpy requests(bench.ribbon, &Ribbon::scaleRequested);
    QTest::mouseDClick(bench.ribbon->viewport(), Qt::LeftButton, {}, bench.centreOf(5));
    QCOMPARE(requests.at(0).at(0).toInt(), 4);
    QCOMPARE(scaleIn(requests), (nn::BlockScale{1, 0}));
    const QRectF area = bench.ribbon->ribbonLayout().cells[5].area;
    QTest::mouseDClick(bench.ribbon->viewport(), Qt::LeftButton, {},
                       bench.inViewport({area.center().x(), area.top() + 4}));
    QCOMPARE(scaleIn(requests, 1), (nn::BlockScale{0, 1}));
}

void RibbonTest::a_plain_block_cannot_be_cut()
{
    RibbonBench bench("plain20");
    QSignalSpy requests(bench.ribbon, &Ribbon::scaleRequested);
    QTest::keyClick(bench.ribbon, Qt::Key_B);
    QTest::mouseDClick(bench.ribbon->viewport(), Qt::LeftButton, {}, bench.centreOf(5));
    QVERIFY(requests.isEmpty());
}

void RibbonTest::arrow_keys_walk_over_a_collapsed_stage_and_enter_expands_it()
{
    RibbonBench bench("resnet20");
    bench.ribbon->setStageCollapsed(2, true);
    bench.ribbon->setCurrentRow(3);
    QTest::keyClick(bench.ribbon, Qt::Key_Right);
    QCOMPARE(bench.ribbon->currentRow(), 4); // the stage's first block
    QCOMPARE(bench.ribbon->boxOf(4), bench.ribbon->boxOf(6));
    QTest::keyClick(bench.ribbon, Qt::Key_Right);
    QCOMPARE(bench.ribbon->currentRow(), 7);
    QTest::keyClick(bench.ribbon, Qt::Key_Left);
    QCOMPARE(bench.ribbon->currentRow(), 4);
    QTest::keyClick(bench.ribbon, Qt::Key_Return);
    QVERIFY(!bench.ribbon->isStageCollapsed(2));
    QTest::keyClick(bench.ribbon, Qt::Key_C);
    QVERIFY(bench.ribbon->isStageCollapsed(2));
    QTest::keyClick(bench.ribbon, Qt::Key_C, Qt::ShiftModifier);
    QCOMPARE(int(bench.ribbon->ribbonLayout().cells.size()), 5);
    QTest::keyClick(bench.ribbon, Qt::Key_C, Qt::ShiftModifier);
    QCOMPARE(int(bench.ribbon->ribbonLayout().cells.size()), 11);
}

void RibbonTest::a_click_on_a_heading_collapses_its_stage()
{
    RibbonBench bench("resnet20");
    const auto heading = [&] { return bench.inViewport(bench.ribbon->ribbonLayout().stages[1].heading.center()); };
    QTest::mouseClick(bench.ribbon->viewport(), Qt::LeftButton, {}, heading());
    QVERIFY(bench.ribbon->isStageCollapsed(2));
    QCOMPARE(bench.ribbon->currentRow(), 1); // selects nothing
    QTest::mouseClick(bench.ribbon->viewport(), Qt::LeftButton, {}, heading());
    QVERIFY(!bench.ribbon->isStageCollapsed(2));
}

void RibbonTest::a_hidden_block_cannot_be_cut()
{
    RibbonBench bench("resnet20");
    bench.ribbon->setCurrentRow(4);
    bench.ribbon->setStageCollapsed(2, true);
    QSignalSpy requests(bench.ribbon, &Ribbon::scaleRequested);
    QTest::keyClick(bench.ribbon, Qt::Key_B);
    QVERIFY(requests.isEmpty());
}

void RibbonTest::zooming_with_the_wheel_keeps_the_block_under_the_mouse()
{
    RibbonBench bench("resnet110", 900);
    bench.ribbon->horizontalScrollBar()->setValue(600);
    const RibbonLayout &layout = bench.ribbon->ribbonLayout();
    const QPointF mouse(400, 90);
    const int before = layout.cellAt(mouse + QPointF(600, 0));
    const double boxBefore = layout.cells[before].box.width();
    QWheelEvent wheel(mouse, bench.ribbon->viewport()->mapToGlobal(mouse), {}, {0, 360}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(bench.ribbon->viewport(), &wheel);
    QVERIFY(layout.cells[before].box.width() > 1.3 * boxBefore);
    QCOMPARE(layout.cellAt(mouse + QPointF(bench.ribbon->horizontalScrollBar()->value(), 0)), before);
}

void RibbonTest::zooming_with_keys_ends_where_all_fits()
{
    RibbonBench bench("resnet110", 900);
    QScrollBar *bar = bench.ribbon->horizontalScrollBar();
    QVERIFY(bar->maximum() > 0);
    const double readable = bench.ribbon->boxOf(1).width();
    for (int i = 0; i < 12; ++i)
        QTest::keyClick(bench.ribbon, Qt::Key_Minus, Qt::ControlModifier);
    QCOMPARE(bar->maximum(), 0);
    bench.screenshot("ribbon-resnet110-900-all-fits");
    for (int i = 0; i < 25; ++i)
        QTest::keyClick(bench.ribbon, Qt::Key_Plus, Qt::ControlModifier);
    QVERIFY(bench.ribbon->boxOf(1).width() > 7 * readable);
    QVERIFY(bench.ribbon->viewport()->rect().contains(bench.ribbon->boxOf(1).toRect())); // the selected one stays
    QTest::keyClick(bench.ribbon, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(bench.ribbon->boxOf(1).width(), readable);
}

void RibbonTest::the_overview_is_there_only_where_the_blocks_do_not_fit()
{
    RibbonBench bench("resnet110", 900);
    auto *map = bench.ribbon->findChild<RibbonMinimap *>();
    QVERIFY(map->isVisible());
    QVERIFY(map->geometry().top() >= bench.ribbon->ribbonLayout().height);
    QVERIFY(map->geometry().bottom() < bench.ribbon->height());
    QVERIFY(map->rect().contains(map->markOf(int(bench.ribbon->ribbonLayout().cells.size()) - 1).toAlignedRect()));
    bench.ribbon->setAllCollapsed(true);
    bench.settle();
    QVERIFY(!map->isVisible());
    QCOMPARE(bench.ribbon->viewport()->height(), bench.ribbon->height());
}

void RibbonTest::dragging_the_overview_scrolls()
{
    RibbonBench bench("resnet110", 900);
    auto *map = bench.ribbon->findChild<RibbonMinimap *>();
    const QScrollBar *bar = bench.ribbon->horizontalScrollBar();
    const QPoint end(map->width() - 3, map->height() / 2);
    QTest::mouseClick(map, Qt::LeftButton, {}, end); // outside the frame, whose middle goes there
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(std::abs(map->frame().right() - map->width()) < 2);
    const QPoint grip = map->frame().center().toPoint();
    QTest::mousePress(map, Qt::LeftButton, {}, grip);
    QTest::mouseMove(map, grip - QPoint(100, 0));
    const double moved = 100 * bench.ribbon->ribbonLayout().width / map->width();
    QVERIFY(std::abs(bar->maximum() - bar->value() - moved) < 4);
    QTest::mouseRelease(map, Qt::LeftButton, {}, grip - QPoint(100, 0));
}

void RibbonTest::hovering_signals_and_the_setter_does_not()
{
    RibbonBench bench("resnet20");
    QSignalSpy hovered(bench.ribbon, &Ribbon::hoveredRowChanged);
    bench.ribbon->setHoveredRow(3);
    QVERIFY(hovered.isEmpty());
    QTest::mouseMove(bench.ribbon->viewport(), bench.centreOf(6));
    QTRY_COMPARE(bench.ribbon->hoveredRow(), 6);
    QCOMPARE(hovered.last().at(0).toInt(), 6);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(bench.ribbon->viewport(), &leave);
    QCOMPARE(hovered.last().at(0).toInt(), -1);
}

void RibbonTest::boxes_have_the_colour_of_the_quantity()
{
    RibbonBench bench("resnet20");
    const study::Quantity &quantity = models::blockQuantity("alignment");
    bench.ribbon->setQuantity(quantity);
    bench.legend->setQuantity(quantity);
    const QuantityColours colours(*bench.model, quantity, lightTheme());
    QCOMPARE(colours.range().low, -colours.range().high);
    const QImage picture = bench.ribbon->viewport()->grab().toImage();
    for (int row = 1; row <= 9; ++row) {
        const QPoint corner = bench.ribbon->boxOf(row).topLeft().toPoint() + QPoint(8, 4);
        QCOMPARE(picture.pixelColor(corner), *colours.colourOf(row, row));
    }
    QVERIFY(bench.legend->text().contains("alignment cos(s, F) from -"));
    bench.model->clearNumbers();
    QVERIFY(!bench.legend->text().contains("alignment"));
}

void RibbonTest::tooltips_have_the_numbers_and_accessibility_speaks_them()
{
    RibbonBench bench("resnet20");
    bench.ribbon->setCurrentRow(4);
    QVERIFY(bench.ribbon->accessibleDescription().contains("branch share"));
    bench.setScale(3, {0.5f, 0});
    QVERIFY(bench.ribbon->accessibleDescription().contains("skip ×0.5, branch cut"));
    QVERIFY(!bench.ribbon->findChild<RibbonMinimap *>()->accessibleName().isEmpty());
}

void RibbonTest::every_key_of_the_ribbon_is_wanted_although_the_window_has_shortcuts()
{
    RibbonBench bench("resnet20");
    for (const QKeySequence &keys : {QKeySequence("B"), QKeySequence("Ctrl++"), QKeySequence("Ctrl+0")}) {
        auto *shortcut = new QAction(&bench.window);
        shortcut->setShortcut(keys);
        bench.window.addAction(shortcut);
        QSignalSpy triggered(shortcut, &QAction::triggered);
        QTest::keyClick(bench.ribbon, keys[0].key(), keys[0].keyboardModifiers());
        QVERIFY2(triggered.isEmpty(), qPrintable(keys.toString()));
    }
    QVERIFY(Ribbon::shortcuts().entries.size() > 5);
}

void RibbonTest::a_new_number_is_painted_within_a_frame()
{
    RibbonBench bench("resnet110");
    bench.ribbon->setQuantity(models::blockQuantity("alignment"));
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 10; ++i) {
        bench.model->setContributions(madeUpContributions(*bench.model));
        bench.ribbon->viewport()->repaint();
    }
    QVERIFY2(timer.elapsed() < 10 * 20, qPrintable(QString("%1 ms for ten").arg(timer.elapsed())));
}

void RibbonTest::another_network_starts_expanded_and_unzoomed()
{
    RibbonBench bench("resnet20");
    bench.ribbon->setStageCollapsed(2, true);
    bench.ribbon->zoomBy(2, 300);
    bench.model->setNetwork(nn::buildNetwork(*nn::architectureNamed("resnet50")), 224);
    QCOMPARE(int(bench.ribbon->ribbonLayout().cells.size()), 18);
    QCOMPARE(bench.ribbon->horizontalScrollBar()->maximum(), 0);
}

void RibbonTest::nothing_is_clipped_at_twice_the_font_size()
{
    const QFont usual = QApplication::font();
    QFont twice = usual;
    twice.setPointSizeF(usual.pointSizeF() * 2);
    QApplication::setFont(twice);
    RibbonBench bench("resnet20", 900);
    bench.setScale(4, {0.5f, 1.5f});
    bench.ribbon->setStageCollapsed(3, true);
    bench.screenshot("ribbon-twice-900");
    QVERIFY(bench.ribbon->height() >= bench.ribbon->ribbonLayout().height);
    const double line = QFontMetricsF(twice).height();
    QVERIFY(bench.ribbon->ribbonLayout().stages[0].heading.height() >= line);
    QVERIFY(bench.ribbon->boxOf(1).height() >= 1.5 * line);
    for (const QWidget *part : bench.controls->findChildren<QWidget *>())
        if (part->isVisible() && part->parentWidget() != nullptr) {
            QVERIFY2(part->parentWidget()->rect().contains(part->geometry()), part->metaObject()->className());
            QVERIFY2(part->width() >= part->minimumSizeHint().width(), part->metaObject()->className());
        }
    QApplication::setFont(usual);
}

void RibbonTest::screenshots_data()
{
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("isDark");
    for (const char *architecture : {"resnet20", "resnet50", "resnet152", "resnet110", "plain20"})
        for (const int width : {900, 1400})
            for (const bool isDark : {false, true})
                QTest::addRow("%s-%d-%s", architecture, width, isDark ? "dark" : "light")
                    << architecture << width << isDark;
}

void RibbonTest::screenshots()
{
    QFETCH(QString, architecture);
    QFETCH(int, width);
    QFETCH(bool, isDark);
    applyTheme(isDark ? darkTheme() : lightTheme());
    RibbonBench bench(architecture.toLatin1().constData(), width);
    std::vector<nn::BlockScale> scales(std::size_t(bench.model->blockCount()));
    if (bench.model->hasShortcut(1))
        scales[1].beta = 0, scales[2].alpha = 0, scales[4] = {0.5f, 1.5f};
    bench.model->setScales(scales);
    bench.ribbon->setCurrentRow(4);
    bench.ribbon->setHoveredRow(7);
    bench.screenshot(QString("ribbon-%1").arg(QTest::currentDataTag()));

    std::vector<analysis::BlockContribution> contributions = madeUpContributions(*bench.model);
    contributions[3].complaint = "not finite: F";
    contributions[3].branchShare = contributions[3].skipShare = contributions[3].alignment = {};
    bench.model->setContributions(contributions);
    bench.ribbon->setQuantity(models::blockQuantity(width == 900 ? "alignment" : "rms_y"));
    bench.legend->setQuantity(bench.ribbon->quantity());
    bench.ribbon->setStageCollapsed(3, true);
    bench.ribbon->setCurrentRow(3);
    bench.screenshot(QString("ribbon-coloured-%1").arg(QTest::currentDataTag()));
}

QTEST_MAIN(RibbonTest)
#include "ribbon_test.moc"
