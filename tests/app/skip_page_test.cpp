// The skip page: its numbers equal the analysis' own, and its selection is the session's.
#include "app/page_bench.h"

#include "models/table.h"
#include "pages/skip/block_plots.h"
#include "pages/skip/skip_page.h"
#include "pages/skip/skip_tables.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/map_strip.h"

#include <cmath>

using namespace reslens;
using namespace reslens::test;

namespace {

widgets::DepthChart *depthChart(const pages::SkipPage &page)
{
    return named<widgets::DepthChart>(page, "Blocks over the depth");
}

void choose(const pages::SkipPage &page, const QString &quantity)
{
    auto *choice = named<QComboBox>(page, "Quantity over the depth");
    choice->setCurrentText(quantity);
    QCOMPARE(choice->currentText(), quantity);
}

/// Returns column and row.
QPoint markedCell(const widgets::MapStrip &strip)
{
    const auto pixel = strip.markedPixel();
    return pixel ? QPoint(pixel->column, pixel->row) : QPoint(-1, -1);
}

} // namespace

class SkipPageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void tables_are_the_analysis_of_the_same_picture();
    void curves_are_the_analysis_of_the_same_picture();
    void shares_are_stacked_from_zero_and_may_leave_zero_to_one();
    void clicking_a_block_in_the_chart_selects_it();
    void maps_are_the_analysis_and_share_one_scale();
    void maps_come_back_with_their_block();
    void clicking_a_pixel_selects_it_and_a_pixel_selected_elsewhere_is_marked();
    void clicking_a_channel_selects_it();
    void live_scales_are_followed_and_a_sum_of_nothing_has_no_shares();
    void a_ratio_without_a_denominator_is_not_defined();
    void a_plain_network_says_why_there_is_nothing();
    void groups_of_a_resnext_are_shown();
    void looks_data();
    void looks();
};

void SkipPageTest::initTestCase()
{
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

void SkipPageTest::tables_are_the_analysis_of_the_same_picture()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::SkipPage>("small", picture);
    choose(*page, "Response");
    QTRY_COMPARE(page->tables().size(), 3u);
    const ReferenceRun run(generatedModel("small", "resnet8"), picture);
    const auto blocks = analysis::contributionsOf(run.run());
    const auto responses = analysis::responsesOf(run.run());
    QVERIFY(blocks && responses);
    const std::vector<models::Table> tables = page->tables();
    QCOMPARE(tableNamed(tables, "blocks")->rows, pages::blocksTable(*blocks).rows);
    QCOMPARE(tableNamed(tables, "channels")->rows, pages::channelsTable(blocks->front()).rows);
    QCOMPARE(tableNamed(tables, "responses")->rows, pages::responsesTable(*responses).rows);
    QCOMPARE(tableNamed(tables, "blocks")->rows[1][1].toDouble(), (*blocks)[1].skipShare.value);
}

void SkipPageTest::curves_are_the_analysis_of_the_same_picture()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::SkipPage>("small", picture);
    const auto blocks = analysis::contributionsOf(ReferenceRun(generatedModel("small", "resnet8"), picture).run());
    QVERIFY(blocks);
    choose(*page, "Residual ratio");
    QTRY_COMPARE(depthChart(*page)->plot().curves.size(), 1u);
    for (const QPointF &point : depthChart(*page)->plot().curves[0].points)
        QCOMPARE(point.y(), (*blocks)[std::size_t(point.x())].residualRatio.value);
    choose(*page, "Write, erase, kill");
    QCOMPARE(depthChart(*page)->plot().curves.size(), 3u); // no rescaling while alpha is 1
    QCOMPARE(depthChart(*page)->plot().curves[2].points[0].y(), (*blocks)[0].kill);
    choose(*page, "Magnitude of x, s, F, u, y");
    QCOMPARE(depthChart(*page)->plot().curves[3].points[2].y(), (*blocks)[2].u.rms);
    QVERIFY(!depthChart(*page)->plot().isLogarithmic);
    named<QToolButton>(*page, "Logarithmic axis")->click();
    QVERIFY(depthChart(*page)->plot().isLogarithmic);
}

void SkipPageTest::shares_are_stacked_from_zero_and_may_leave_zero_to_one()
{
    analysis::BlockContribution block;
    block.block = 4;
    block.skipShare = {1.3, true};
    block.branchShare = {-0.3, true};
    const std::vector<widgets::Bar> bars = pages::stackedShares(block, widgets::lightTheme());
    QCOMPARE(bars.size(), 2u);
    QCOMPARE(bars[0].from, 0.0);
    QCOMPARE(bars[0].to, 1.3);
    QCOMPARE(bars[1].from, 0.0); // below zero, so not stacked on the other
    QCOMPARE(bars[1].to, -0.3);
    block.skipShare.value = 0.4;
    block.branchShare.value = 0.6;
    const std::vector<widgets::Bar> usual = pages::stackedShares(block, widgets::lightTheme());
    QCOMPARE(usual[1].from, 0.4);
    QCOMPARE(usual[1].to, 1.0);
}

void SkipPageTest::clicking_a_block_in_the_chart_selects_it()
{
    PageBench bench;
    auto *page = bench.open<pages::SkipPage>("small", bench.savedPicture("a.png", 3));
    QTRY_VERIFY(!depthChart(*page)->plot().bars.empty());
    QTRY_VERIFY(page->isSettled());
    widgets::DepthChart *chart = depthChart(*page);
    const QPoint where = chart->positionOf({2, 0.5}).toPoint();
    QTest::mouseClick(chart->viewport(), Qt::LeftButton, {}, where);
    QCOMPARE(bench.session.block(), 2);
    QTRY_VERIFY(tableNamed(page->tables(), "channels")->rows.size() == 64);
    QCOMPARE(page->exportName(), QString("layer3.0.skip"));
    QTest::keyClick(chart, Qt::Key_Left);
    QCOMPARE(bench.session.block(), 1);
    QTest::keyClick(chart, Qt::Key_Right);
    QTest::keyClick(chart, Qt::Key_Right); // the chart ends there
    QCOMPARE(bench.session.block(), 2);
}

void SkipPageTest::maps_are_the_analysis_and_share_one_scale()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::SkipPage>("small", picture);
    QTRY_COMPARE(page->tensors().size(), 3u);
    const ReferenceRun run(generatedModel("small", "resnet8"), picture);
    const auto maps = analysis::mapsOf(run.run(), 0);
    QVERIFY(maps);
    QCOMPARE(page->tensors()[1].name, QString("layer1.0.F.map"));
    QCOMPARE(page->tensors()[0].tensor->values, maps->s.values);
    QCOMPARE(page->tensors()[1].tensor->values, maps->F.values);
    QCOMPARE(page->tensors()[2].tensor->values, maps->u.values);
    const auto *strip = page->findChild<widgets::MapStrip *>();
    QCOMPARE(strip->range().low, 0.0f);
    for (const pages::NamedTensor &map : page->tensors())
        QVERIFY(std::ranges::max(map.tensor->values) <= strip->range().high);
}

void SkipPageTest::maps_come_back_with_their_block()
{
    PageBench bench;
    auto *page = bench.open<pages::SkipPage>("small", bench.savedPicture("a.png", 3));
    QTRY_COMPARE(page->tensors().size(), 3u);
    auto *parts = page->findChild<widgets::SegmentBar *>();
    parts->setCurrent(1); // the channels; hides the maps
    bench.session.selectPosition(1);
    QVERIFY(page->tensors().empty());
    bench.session.selectPosition(0);
    parts->setCurrent(0);
    QTRY_COMPARE(page->tensors().size(), 3u);
    QCOMPARE(page->tensors()[0].name, QString("layer1.0.s.map"));
}

void SkipPageTest::clicking_a_pixel_selects_it_and_a_pixel_selected_elsewhere_is_marked()
{
    PageBench bench;
    auto *page = bench.open<pages::SkipPage>("small", bench.savedPicture("a.png", 3));
    auto *strip = page->findChild<widgets::MapStrip *>();
    QTRY_COMPARE(strip->maps().size(), 3u);
    const QRectF middle = strip->planeRect(1);
    QTest::mouseClick(strip, Qt::LeftButton, {}, (middle.topLeft() + QPointF(2, 2)).toPoint());
    QVERIFY(bench.session.pixel());
    QCOMPARE(*bench.session.pixel(), QPointF(0.5 / 32, 0.5 / 32));
    QCOMPARE(markedCell(*strip), QPoint(0, 0));
    bench.session.selectPixel(QPointF(0.99, 0.5));
    QCOMPARE(markedCell(*strip), QPoint(31, 16));
    strip->setFocus();
    QTest::keyClick(strip, Qt::Key_Up);
    QCOMPARE(markedCell(*strip), QPoint(31, 15));
}

void SkipPageTest::clicking_a_channel_selects_it()
{
    PageBench bench;
    bench.window.resize(1440, 900);
    auto *page = bench.open<pages::SkipPage>("small", bench.savedPicture("a.png", 3));
    QTRY_COMPARE(page->tensors().size(), 3u);
    page->findChild<widgets::SegmentBar *>()->setCurrent(1);
    auto *channels = named<widgets::DepthChart>(*page, "Branch share of every channel");
    QTRY_VERIFY(channels->isVisible());
    const analysis::BlockContribution &block = bench.session.numbers().contributions()->front();
    const std::vector<int> order = pages::byBranchShare(block);
    QTest::qWait(0);
    QTest::mouseClick(channels->viewport(), Qt::LeftButton, {}, channels->positionOf({5, 0.3}).toPoint());
    QCOMPARE(bench.session.channel(), order[5]);
    for (std::size_t rank = 1; rank < order.size(); ++rank) {
        const analysis::Ratio &before = block.channels[order[rank - 1]].branchShare,
                              &after = block.channels[order[rank]].branchShare;
        QVERIFY(!after.isDefined || (before.isDefined && before.value >= after.value));
    }
}

void SkipPageTest::live_scales_are_followed_and_a_sum_of_nothing_has_no_shares()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::SkipPage>("small", picture);
    QTRY_COMPARE(page->tensors().size(), 3u);
    const std::vector<nn::BlockScale> scales{{0.5f, 1}, {0, 0}, {1, 2}};
    bench.session.scales().setAll(scales, "test");
    const ReferenceRun run(generatedModel("small", "resnet8"), picture, scales);
    const auto blocks = analysis::contributionsOf(run.run());
    const auto maps = analysis::mapsOf(run.run(), 0);
    QVERIFY(blocks && maps);
    QTRY_COMPARE(page->tables()[0].rows, pages::blocksTable(*blocks).rows);
    QTRY_COMPARE(page->tensors()[2].tensor->values, maps->u.values);
    const models::Table table = page->tables()[0];
    QVERIFY(!table.rows[1][1].isValid() && !table.rows[1][2].isValid()); // u = 0·s + 0·F
    const auto &bars = depthChart(*page)->plot().bars;
    QVERIFY(std::ranges::any_of(
        bars, [](const widgets::Bar &bar) { return bar.x == 1 && bar.text.contains("not defined"); }));
}

void SkipPageTest::a_ratio_without_a_denominator_is_not_defined()
{
    analysis::BlockContribution dead;
    dead.name = "layer1.0";
    dead.hasShortcut = true;
    const models::Table table = pages::blocksTable({dead});
    QVERIFY(!table.rows[0][1].isValid());
    QCOMPARE(models::cellText(table.rows[0][1]), QString("–"));
    const std::vector<widgets::Bar> bars = pages::stackedShares(dead, widgets::lightTheme());
    QCOMPARE(bars.size(), 1u);
    QVERIFY(bars[0].text.contains("not defined"));
    QVERIFY(pages::equationOf(dead, widgets::lightTheme()).contains("not defined"));
    QVERIFY(std::isnan(models::plotted(dead.residualRatio)));
}

void SkipPageTest::a_plain_network_says_why_there_is_nothing()
{
    PageBench bench;
    auto *page = bench.open<pages::SkipPage>("plain", bench.savedPicture("a.png", 3));
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    QVERIFY(depthChart(*page)->plot().bars.empty());
    bool isSaid = false;
    for (const auto *label : page->findChildren<QLabel *>())
        isSaid = isSaid || label->text().contains("a plain block has no skip");
    QVERIFY(isSaid);
    QTRY_COMPARE(page->tensors().size(), 2u); // F and u; there is no s
    QVERIFY(!tableNamed(page->tables(), "blocks")->rows[0][1].isValid());
    bench.settledScreenshot("skip-plain");
    choose(*page, "Response"); // also for a plain network
    QTRY_VERIFY(!depthChart(*page)->plot().curves.empty());
}

void SkipPageTest::groups_of_a_resnext_are_shown()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::SkipPage>("grouped", picture);
    auto *parts = page->findChild<widgets::SegmentBar *>();
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    parts->setCurrent(2);
    QTRY_VERIFY(tableNamed(page->tables(), "groups"));
    const auto groups = analysis::groupsOf(ReferenceRun(groupedModel(), picture).run(), 0);
    QVERIFY(groups);
    QCOMPARE(tableNamed(page->tables(), "groups")->rows, pages::groupsTable(*groups).rows);
    auto *chart = named<widgets::DepthChart>(*page, "Groups of the block");
    QCOMPARE(chart->plot().bars.size(), 2 * (groups->groups.size() + 1)); // plus the shift
    QCOMPARE(chart->plot().bars[1].to, groups->groups[0].share.value);
    bench.settledScreenshot("skip-groups");
}

void SkipPageTest::looks_data()
{
    addLooks();
}

void SkipPageTest::looks()
{
    QFETCH(int, theme);
    QFETCH(QSize, size);
    const QString tag = QTest::currentDataTag();
    gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
    PageBench bench;
    bench.window.resize(size);
    auto *page = bench.open<pages::SkipPage>(lookedAt(tag).model, lookedAt(tag).picture);
    QTRY_VERIFY_WITH_TIMEOUT(bench.session.numbers().contributions(), kPatienceMs);
    bench.session.selectPosition(4);
    bench.session.selectPixel(QPointF(0.4, 0.6));
    QTRY_COMPARE_WITH_TIMEOUT(page->tensors().size(), 3u, kPatienceMs);
    QCOMPARE(bench.window.size(), size);
    bench.settledScreenshot("skip-" + tag);
    const auto *choice = named<QComboBox>(*page, "Quantity over the depth");
    page->findChild<widgets::SegmentBar *>()->setCurrent(1);
    for (int i = 1; i < choice->count(); ++i) {
        choose(*page, choice->itemText(i));
        QTRY_VERIFY_WITH_TIMEOUT(page->isSettled(), kPatienceMs);
        bench.settledScreenshot(QString("skip-%1-%2").arg(tag).arg(i));
    }
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

QTEST_MAIN(SkipPageTest)
#include "skip_page_test.moc"
