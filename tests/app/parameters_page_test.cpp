// The page of the checkpoint's tensors: its numbers are the tensors', and selecting there is selecting everywhere.
#include "app/window_bench.h"

#include "models/statistics.h"
#include "pages/parameters/parameter_panel.h"
#include "pages/parameters/parameters_page.h"
#include "widgets/feature_grid.h"
#include "widgets/map_view.h"
#include "widgets/picture_tiles.h"
#include "widgets/table_view.h"

#include <QSpinBox>
#include <QTabWidget>

#include <cmath>
#include <limits>
#include <numbers>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The page, in front.
pages::ParametersPage *openPage(WindowBench &bench)
{
    auto *page = bench.part<pages::ParametersPage>();
    auto *tabs = bench.part<QTabWidget>();
    for (int i = 0; i < tabs->count(); ++i)
        if (tabs->widget(i)->isAncestorOf(page))
            tabs->setCurrentIndex(i);
    return page;
}

int columnOf(const models::Table &table, const QString &name)
{
    return int(table.columns.indexOf(name));
}

const QVariantList *rowOf(const models::Table &table, const QString &tensor)
{
    for (const QVariantList &row : table.rows)
        if (row[0] == tensor)
            return &row;
    return nullptr;
}

} // namespace

class ParametersPageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void statistics_follow_their_formulas_over_the_finite_values();
    void a_histogram_counts_every_finite_value_once();
    void a_cell_of_a_matrix_shows_its_strongest_weight();
    void a_filter_is_grey_where_it_is_zero_and_full_where_it_is_largest();
    void every_parameter_is_listed_with_the_numbers_of_its_values();
    void stored_types_and_values_that_are_not_finite_are_told();
    void a_row_selects_its_block_and_a_block_its_row();
    void words_and_the_selected_block_filter_the_rows();
    void statistics_wait_until_the_page_is_seen();
    void every_kind_of_tensor_has_its_picture();
    void it_looks_right_data();
    void it_looks_right();
};

void ParametersPageTest::initTestCase()
{
    QVERIFY2(QGuiApplication::platformName() == "xcb", "run under xvfb-run with QT_QPA_PLATFORM=xcb");
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

void ParametersPageTest::statistics_follow_their_formulas_over_the_finite_values()
{
    const std::vector<float> values{1, -3, 0, 0, kNaN, 2, std::numeric_limits<float>::infinity()};
    const models::ParameterStatistics s = models::parameterStatistics(values);
    QCOMPARE(s.count, 7);
    QCOMPARE(s.notFinite, 2);
    QCOMPARE(s.minimum, -3.0);
    QCOMPARE(s.maximum, 2.0);
    QCOMPARE(s.mean, 0.0);
    QCOMPARE(s.norm, std::sqrt(14.0));
    QCOMPARE(s.deviation, std::sqrt(14.0 / 5));
    QCOMPARE(s.zeroShare(), 2.0 / 7);
    QVERIFY(!models::parameterStatistics(std::vector<float>{kNaN}).isDefined());
    QVERIFY(!models::parameterStatistics({}).isDefined());
}

void ParametersPageTest::a_histogram_counts_every_finite_value_once()
{
    const std::vector<float> values{0, 0.5f, 1, 1, kNaN, 2};
    const std::vector<int> counts = models::valueHistogram(values, models::parameterStatistics(values), 4);
    QCOMPARE(counts, (std::vector<int>{1, 1, 2, 1}));
    const std::vector<float> constant{3, 3};
    QCOMPARE(models::valueHistogram(constant, models::parameterStatistics(constant), 2), (std::vector<int>{2, 0}));
}

void ParametersPageTest::a_cell_of_a_matrix_shows_its_strongest_weight()
{
    const std::vector<float> values{1, -5, 0, 2, 3, 0.5f}; // 2 x 3
    const Tensor cells = models::strongestOf(values, 2, 3, 2);
    QCOMPARE(cells.shape, (Shape{1, 1, 1, 2}));
    QCOMPARE(cells(0, 0, 0, 0), -5.0f);
    QCOMPARE(cells(0, 0, 0, 1), 0.5f);
    const std::vector<float> broken{1, kNaN, 9, 2};
    QVERIFY(std::isnan(models::strongestOf(broken, 2, 2, 2)(0, 0, 0, 0)));
}

void ParametersPageTest::a_filter_is_grey_where_it_is_zero_and_full_where_it_is_largest()
{
    Tensor weights(Shape{2, 3, 1, 2});
    weights(1, 0, 0, 0) = 0.5f;
    weights(1, 1, 0, 0) = -0.5f;
    weights(1, 2, 0, 1) = kNaN;
    const QImage picture = pages::filterPicture(weights, 1);
    QCOMPARE(picture.size(), QSize(2, 1));
    QCOMPARE(picture.pixel(0, 0), qRgb(255, 0, 128));
    QCOMPARE(picture.pixel(1, 0), widgets::kNotFinite);
    QCOMPARE(pages::filterPicture(weights, 0).pixel(0, 0), qRgb(128, 128, 128));
}

void ParametersPageTest::every_parameter_is_listed_with_the_numbers_of_its_values()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    pages::ParametersPage *page = openPage(bench);
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    const models::Table table = page->tables().front();
    const nn::Parameters &parameters = bench.session.model()->parameters;
    QCOMPARE(table.rows.size(), parameters.size());
    QCOMPARE(table.rows.front()[0].toString(), QString("conv1.weight")); // in the order of the network
    for (const auto &[name, tensor] : parameters) {
        const QVariantList *row = rowOf(table, QString::fromStdString(name));
        QVERIFY2(row, name.c_str());
        const models::ParameterStatistics s = models::parameterStatistics(tensor.toFloats());
        QCOMPARE((*row)[columnOf(table, "elements")].toLongLong(), tensor.count());
        QCOMPARE((*row)[columnOf(table, "min")].toDouble(), s.minimum);
        QCOMPARE((*row)[columnOf(table, "max")].toDouble(), s.maximum);
        QCOMPARE((*row)[columnOf(table, "mean")].toDouble(), s.mean);
        QCOMPARE((*row)[columnOf(table, "std")].toDouble(), s.deviation);
        QCOMPARE((*row)[columnOf(table, "norm")].toDouble(), s.norm);
        QCOMPARE((*row)[columnOf(table, "zeros %")].toDouble(), 100 * s.zeroShare());
        QCOMPARE((*row)[columnOf(table, "not finite")].toLongLong(), 0);
        QCOMPARE((*row)[columnOf(table, "stored as")].toString(), QString("F32"));
    }
}

void ParametersPageTest::stored_types_and_values_that_are_not_finite_are_told()
{
    pages::ParameterEntry broken{"broken", storeFloats({2}, {kNaN, kNaN}), 0, pages::ParameterKind::Vector};
    pages::ParameterEntry empty{"empty", storeFloats({0}, {}), 0, pages::ParameterKind::Vector};
    pages::ParameterEntry half = broken;
    half.tensor.dtype = DType::F16;
    const std::vector<pages::ParameterEntry> entries{broken, empty, half};
    std::atomic<int> done{0};
    const pages::StatisticsList statistics = pages::statisticsOf({broken, empty}, {}, done);
    QCOMPARE(done.load(), 2);
    std::stop_source stopped;
    stopped.request_stop();
    QVERIFY(pages::statisticsOf(entries, stopped.get_token(), done).empty());
    const models::Table table =
        pages::parameterTable(entries, {statistics[0], statistics[1], statistics[0]}, {0, 1, 2});
    QVERIFY(!table.rows[0][columnOf(table, "mean")].isValid());
    QCOMPARE(table.rows[0][columnOf(table, "not finite")].toInt(), 2);
    QVERIFY(!table.rows[1][columnOf(table, "zeros %")].isValid());
    QCOMPARE(table.rows[2][columnOf(table, "stored as")].toString(), QString("F16"));
    QVERIFY(pages::detailOf(broken).counts.empty());
    QVERIFY(pages::detailOf(empty).counts.empty());
}

void ParametersPageTest::a_row_selects_its_block_and_a_block_its_row()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    pages::ParametersPage *page = openPage(bench);
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    auto *table = page->findChild<widgets::TableView *>();
    const auto selectedName = [table] { return table->table().rows[std::size_t(table->currentRow())][0].toString(); };

    bench.session.selectPosition(2);
    QCOMPARE(selectedName(), QString("layer3.0.conv1.weight"));
    for (int row = 0; row < table->model()->rowCount(); ++row)
        if (table->model()->index(row, 0).data() == "layer2.0.bn2.weight") {
            table->scrollTo(table->model()->index(row, 0));
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                              table->visualRect(table->model()->index(row, 0)).center());
        }
    QCOMPARE(bench.session.position(), 1);
    QCOMPARE(selectedName(), QString("layer2.0.bn2.weight")); // not the block's first: the person chose it
    QTRY_VERIFY(page->isSettled());
    QCOMPARE(page->tensors().front().name, QString("layer2.0.bn2.weight"));

    QTest::mouseMove(table->viewport(), QPoint(5, 5));
    QTest::mouseMove(table->viewport(), table->viewport()->rect().center());
    QTRY_VERIFY(bench.session.hoveredPosition() != session::kNowhere);
    bench.session.selectPosition(session::kStem);
    QCOMPARE(selectedName(), QString("conv1.weight"));
}

void ParametersPageTest::words_and_the_selected_block_filter_the_rows()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    pages::ParametersPage *page = openPage(bench);
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    auto *filter = page->findChild<QLineEdit *>();
    filter->setText("LAYER2 conv");
    const std::vector<QVariantList> named = page->tables().front().rows;
    for (const QVariantList &row : named)
        QVERIFY(row[0].toString().startsWith("layer2.0.conv"));
    QCOMPARE(named.size(), std::size_t(2));
    filter->clear();
    for (auto *button : page->findChildren<QToolButton *>())
        if (button->text() == "Selected &block only")
            button->click();
    bench.session.selectPosition(2);
    const std::vector<QVariantList> ofBlock = page->tables().front().rows;
    QVERIFY(!ofBlock.empty());
    for (const QVariantList &row : ofBlock)
        QVERIFY2(row[0].toString().startsWith("layer3.0."), qPrintable(row[0].toString()));
    filter->setText("nothing is called so");
    QVERIFY(page->tables().front().rows.empty());
}

void ParametersPageTest::statistics_wait_until_the_page_is_seen()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    QTRY_VERIFY(bench.session.model());
    auto *page = bench.part<pages::ParametersPage>();
    QVERIFY(!page->isVisible());
    QVERIFY(!page->isSettled());
    QVERIFY(page->tables().empty());
    openPage(bench);
    QTRY_VERIFY(!page->tables().empty());
    bench.session.openModel("deep");
    QTRY_COMPARE(page->tables().empty() ? std::size_t(0) : page->tables().front().rows.size(),
                 bench.session.model()->name == "deep" ? bench.session.model()->parameters.size() : 1000);
}

void ParametersPageTest::every_kind_of_tensor_has_its_picture()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    pages::ParametersPage *page = openPage(bench);
    QTRY_VERIFY(page->isSettled() && !page->tables().empty());
    auto *tiles = page->findChild<widgets::PictureTiles *>();
    auto *grid = page->findChild<widgets::FeatureGrid *>();
    auto *plane = page->findChild<widgets::MapView *>();
    bench.session.selectPosition(session::kStem);
    QTRY_VERIFY(tiles->isVisible());
    QCOMPARE(tiles->planeCount(), 16);
    const Tensor weights = *page->tensors().front().tensor;
    const QImage shown = tiles->grab().toImage();
    for (int k = 0; k < 16; ++k)
        for (int r = 0; r < 3; ++r)
            for (int s = 0; s < 3; ++s) {
                const QRect tile = tiles->tileRect(k);
                const int scale = tile.width() / 3;
                QCOMPARE(shown.pixel(tile.x() + s * scale + scale / 2, tile.y() + r * scale + scale / 2),
                         pages::filterPicture(weights, k).pixel(s, r));
            }
    bench.session.selectPosition(1);
    QTRY_VERIFY(grid->isVisible());
    QCOMPARE(grid->channelCount(), 16);
    page->findChild<QSpinBox *>()->setValue(5);
    const Tensor &second = *page->tensors().front().tensor;
    QCOMPARE((*grid->maps().tensor)(0, 3, 1, 2), second(5, 3, 1, 2));
    bench.session.selectPosition(session::headOf(bench.session.model()->network));
    QTRY_VERIFY(plane->isVisible());
}

void ParametersPageTest::it_looks_right_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("theme");
    QTest::addColumn<QSize>("size");
    const QString resnet50 = sharedFile("weights/resnet50-imagenet-8bit.safetensors");
    const QSize small(1280, 720), large(1440, 900);
    const int light = int(gui::ThemeChoice::Light), dark = int(gui::ThemeChoice::Dark);
    QTest::newRow("resnet20-stem-light") << "resnet20-cifar10" << int(session::kStem) << light << small;
    QTest::newRow("resnet20-block-dark") << "resnet20-cifar10" << 4 << dark << small;
    if (resnet50.isEmpty())
        return;
    QTest::newRow("resnet50-stem-dark") << resnet50 << int(session::kStem) << dark << small;
    QTest::newRow("resnet50-stem-light-large") << resnet50 << int(session::kStem) << light << large;
    QTest::newRow("resnet50-block-light") << resnet50 << 5 << light << small;
    QTest::newRow("resnet50-head-dark-large") << resnet50 << 16 << dark << large;
}

void ParametersPageTest::it_looks_right()
{
    QFETCH(QString, model);
    QFETCH(int, position);
    QFETCH(int, theme);
    QFETCH(QSize, size);
    gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
    WindowBench bench;
    bench.window.resize(size);
    bench.show();
    bench.session.openPaths({":/reslens/samples/ship.jpg"});
    bench.session.openModel(model);
    pages::ParametersPage *page = openPage(bench);
    QTRY_VERIFY_WITH_TIMEOUT(bench.session.model() && page->isSettled() && !page->tables().empty(), 60000);
    bench.session.selectPosition(position);
    QTRY_VERIFY(page->isSettled());
    QApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    QCOMPARE(bench.window.size(), size);
    checkFits(*page);
    QTRY_VERIFY(bench.session.activity().isEmpty());
    bench.screenshot(QString("parameters-%1").arg(QTest::currentDataTag()));
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

QTEST_MAIN(ParametersPageTest)
#include "parameters_page_test.moc"
