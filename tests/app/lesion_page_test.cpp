// The Lesion page in the real window: its numbers equal the analysis' own, and live controls can be undone.
#include "app/page_bench.h"

#include "models/item_models.h"
#include "pages/lesion/lesion_page.h"
#include "pages/lesion/live_panel.h"
#include "pages/lesion/study_panel.h"
#include "session/scenario.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"
#include "widgets/scale_table.h"
#include "widgets/table_view.h"

#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace reslens;
using namespace reslens::test;
using pages::LesionPage;

namespace {

constexpr nn::BlockScale kCut{1, 0};

/// Opens a model and a picture, and brings the page to the front.
LesionPage *open(WindowBench &bench, const QString &model)
{
    bench.show();
    bench.session.openModel(model);
    bench.dropFiles({bench.savedPicture("a.png", 3)});
    LesionPage *page = turnTo<LesionPage>(bench);
    [&] { QTRY_VERIFY(bench.session.traced() && bench.session.activity().isEmpty()); }();
    return page;
}

analysis::LesionStudy studied(const WindowBench &bench, const analysis::LesionRequest &request)
{
    const auto model = generatedModel("small", "resnet8");
    auto executor = reference::makeExecutor(model, "the test's own");
    return *analysis::lesionStudy(*executor,
                                  image::preprocess(bench.session.picture().image, model->preprocess).value(), request);
}

QStringList labelsOf(const std::vector<analysis::Prediction> &predictions)
{
    QStringList labels;
    for (const analysis::Prediction &prediction : predictions)
        labels << QString::number(prediction.index) + ':' + QString::number(double(prediction.logit));
    return labels;
}

} // namespace

class LesionPageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette()); }

    void a_small_network_is_studied_at_once_and_its_numbers_are_those_of_analysis()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        QTRY_VERIFY(page->study().study());
        QTRY_VERIFY(page->isSettled());
        const analysis::LesionStudy expected = studied(bench, {bench.session.targetClass(), {}});
        const auto *table = page->study().findChild<widgets::TableView *>();
        const auto *chart = page->study().findChild<widgets::DepthChart *>();
        QCOMPARE(table->table().rows.size(), expected.blocks.size());
        QCOMPARE(chart->plot().bars.size(), expected.blocks.size());
        for (std::size_t b = 0; b < expected.blocks.size(); ++b) {
            const analysis::Lesion &lesion = expected.blocks[b];
            const QVariantList &row = table->table().rows[b];
            QCOMPARE(row[0].toString().toStdString(), lesion.name);
            QCOMPARE(row[1].toDouble(), lesion.logitChange);
            QCOMPARE(row[2].toDouble(), lesion.probabilityChange);
            QCOMPARE(row[3].toInt(), lesion.rank);
            QCOMPARE(row[4].toString().toStdString(), lesion.top.label);
            QCOMPARE(chart->plot().bars[b].to, lesion.logitChange);
        }
        QTest::mouseClick(buttonNamed<QToolButton>(*page, "rank"), Qt::LeftButton);
        QCOMPARE(chart->plot().bars[1].to, double(expected.blocks[1].rank));
    }

    void another_target_is_another_study()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        QTRY_VERIFY(page->study().study());
        const int other = (bench.session.targetClass() + 1) % 10;
        bench.session.selectTarget(other);
        QTRY_VERIFY(page->study().study() && page->study().study()->target == other);
        QCOMPARE(page->study().study()->blocks[0].logitChange, studied(bench, {other, {}}).blocks[0].logitChange);
    }

    void the_selected_row_is_the_selected_block()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        QTRY_VERIFY(page->study().study());
        auto *table = page->study().findChild<widgets::TableView *>();
        bench.session.selectPosition(2);
        QCOMPARE(table->currentRow(), 2);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Up);
        QCOMPARE(bench.session.position(), 1);
    }

    void a_large_network_waits_for_the_button_and_can_be_cancelled()
    {
        WindowBench bench;
        bench.show();
        bench.session.openModel(
            bench.savedBytes("big.safetensors", safetensorsOf(*generatedModel("big", "resnet110"))));
        bench.dropFiles({bench.savedPicture("a.png", 3)});
        LesionPage *page = turnTo<LesionPage>(bench);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session.traced() && bench.session.activity().isEmpty(), 60'000);
        QVERIFY(!page->study().study() && !page->study().isUnderWay());
        auto *run = buttonNamed<QPushButton>(*page, "Run the study");
        auto *progress = page->findChild<QProgressBar *>();
        QVERIFY(run->isEnabled());
        QTest::mouseClick(run, Qt::LeftButton);
        QVERIFY(page->study().isUnderWay());
        QTRY_VERIFY_WITH_TIMEOUT(progress->value() > 0, 60'000);
        QVERIFY(progress->isVisible());
        QTest::mouseClick(buttonNamed<QPushButton>(*page, "Cancel"), Qt::LeftButton);
        QVERIFY(!page->study().isUnderWay());
        QVERIFY(!progress->isVisible());
        QVERIFY(run->isVisible());
        QVERIFY(!bench.window.messageBar().isVisible()); // a cancellation is not a failure
        bench.session.scales().setBlock(3, {1, 0});      // the worker is free again
        QTRY_VERIFY_WITH_TIMEOUT(bench.session.traced() && !bench.session.traced()->scales.empty(), 60'000);
        QVERIFY(!page->study().study());
    }

    void cutting_a_branch_changes_the_prediction_and_undo_restores_both()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        page->showPart(LesionPage::Live);
        const QStringList intact = labelsOf(bench.session.predictions());
        auto *table = page->live().findChild<widgets::ScaleTable *>();
        const QModelIndex branch = table->model()->index(1, models::ScaleModel::BranchColumn);
        table->setFocus();
        table->setCurrentIndex(branch);
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(bench.session.scales().of(1), kCut);
        QTRY_VERIFY(bench.session.traced() && !bench.session.traced()->scales.empty());
        QTRY_VERIFY(labelsOf(bench.session.predictions()) != intact);
        const std::vector<models::Table> tables = page->tables();
        const models::Table &answers = tables.back(); // before and after
        QCOMPARE(answers.rows.size(), std::size_t(10));
        QCOMPARE(answers.rows[5][3].toDouble(), double(bench.session.predictions()[0].logit));

        QTest::mouseClick(buttonNamed<QToolButton>(*page, "Undo"), Qt::LeftButton);
        QCOMPARE(bench.session.scales().of(1), nn::BlockScale{});
        QTRY_COMPARE(labelsOf(bench.session.predictions()), intact);
        QTest::mouseClick(buttonNamed<QToolButton>(*page, "Redo"), Qt::LeftButton);
        QCOMPARE(bench.session.scales().of(1), kCut);
    }

    void dragging_a_slider_is_one_step_to_undo()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        page->showPart(LesionPage::Live);
        auto *table = page->live().findChild<widgets::ScaleTable *>();
        const QRect cell = table->visualRect(table->model()->index(0, models::ScaleModel::SkipColumn));
        const QRectF groove = widgets::ScaleDelegate::grooveIn(cell, table->font());
        const auto at = [&](double value) {
            return QPoint(int(groove.left() + groove.width() * value / widgets::ScaleDelegate::kSliderEnd),
                          cell.center().y());
        };
        QTest::mousePress(table->viewport(), Qt::LeftButton, {}, at(1));
        QTest::mouseMove(table->viewport(), at(0.7));
        QTest::mouseMove(table->viewport(), at(0.5));
        QTest::mouseRelease(table->viewport(), Qt::LeftButton, {}, at(0.5));
        QVERIFY(std::abs(bench.session.scales().of(0).alpha - 0.5f) < 0.06f);
        QCOMPARE(bench.session.scales().of(0).beta, 1.0f);
        bench.session.scales().undoStack().undo();
        QVERIFY(!bench.session.scales().isChanged());
    }

    void a_number_can_be_typed()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        page->showPart(LesionPage::Live);
        auto *table = page->live().findChild<widgets::ScaleTable *>();
        table->setFocus();
        table->setCurrentIndex(table->model()->index(2, models::ScaleModel::BranchColumn));
        QTest::keyClick(table, Qt::Key_F2);
        QWidget *editor = QApplication::focusWidget();
        QTest::keyClicks(editor, "1.5");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(bench.session.scales().of(2), (nn::BlockScale{1, 1.5f}));
    }

    void what_is_tried_out_cuts_several_blocks_in_one_step()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "deep");
        page->showPart(LesionPage::Live);
        bench.session.selectPosition(3);
        const auto *tries = buttonNamed<QToolButton>(*page, "Scenarios to try");
        const auto choose = [&](const QString &beginning) {
            for (QAction *action : tries->menu()->actions())
                if (action->text().startsWith(beginning))
                    action->trigger();
            return bench.session.scales().scales();
        };
        const nn::Network &network = bench.session.model()->network;
        QCOMPARE(choose("Cut every branch"), session::withoutBranchesAfter(network, 3));
        QCOMPARE(choose("Cut every skip"), session::withoutSkips(network));
        QCOMPARE(choose("Cut the branches of layer2"), session::withoutStage(network, 2));
        bench.session.scales().undoStack().undo();
        QCOMPARE(bench.session.scales().scales(), session::withoutSkips(network));
        QTest::mouseClick(buttonNamed<QToolButton>(*page, "Reset"), Qt::LeftButton);
        QVERIFY(!bench.session.scales().isChanged());
    }

    void the_intact_answer_is_found_for_a_picture_that_was_never_seen_intact()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        page->showPart(LesionPage::Live);
        bench.session.scales().setBlock(0, kCut);
        bench.dropFiles({bench.savedPicture("b.png", 8)});
        QTRY_COMPARE(bench.session.picture().name, QString("b.png"));
        const auto model = generatedModel("small", "resnet8");
        auto executor = reference::makeExecutor(model, "the test's own");
        const auto intact =
            executor->forward(image::preprocess(bench.session.picture().image, model->preprocess).value(), {});
        const double logit = double(analysis::topPredictions(*intact, 0, model->labels, 1)[0].logit);
        QTRY_COMPARE(page->tables().back().rows.size(), std::size_t(10));
        QTRY_COMPARE(page->tables().back().rows[0][3].toDouble(), logit);
    }

    void a_scenario_is_saved_and_opened_again()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        bench.session.scales().setBlock(1, {0.5f, 0.1f});
        const QString path = bench.folder.filePath("half.json");
        page->live().saveScenario(path);
        QTRY_VERIFY(QFile::exists(path));
        bench.session.scales().undoStack().undo();
        page->live().openScenario(path);
        QTRY_COMPARE(bench.session.scales().of(1), (nn::BlockScale{0.5f, 0.1f}));
        bench.session.scales().undoStack().undo();
        QVERIFY(!bench.session.scales().isChanged());
    }

    void a_scenario_for_another_architecture_is_told_and_changes_nothing()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "small");
        const session::Scenario other{"other", "resnet50", {{"layer1.0", kCut}}};
        page->live().openScenario(bench.savedBytes("other.json", session::toJson(other)));
        QTRY_VERIFY(bench.window.messageBar().isVisible());
        QVERIFY2(bench.window.messageBar().message().contains("the scenario is for resnet50, the model is resnet8"),
                 qPrintable(bench.window.messageBar().message()));
        QVERIFY(!bench.session.scales().isChanged());
    }

    void a_plain_network_says_why_there_is_nothing()
    {
        WindowBench bench;
        LesionPage *page = open(bench, "plain20-cifar10");
        QVERIFY(!page->study().study());
        QVERIFY(!buttonNamed<QPushButton>(*page, "Run the study")->isEnabled());
        page->showPart(LesionPage::Live);
        QVERIFY(!page->live().findChild<widgets::ScaleTable *>()->isVisible());
        QVERIFY(!buttonNamed<QToolButton>(*page, "Scenarios to try")->isEnabled());
        QCoreApplication::processEvents();
        bench.screenshot("lesion-plain");
    }

    void it_looks_right()
    {
        WindowBench bench;
        bench.show();
        bench.session.openModel("resnet20-cifar10");
        bench.dropFiles({QStringLiteral(RESLENS_SOURCE_DIR "/resources/samples/ship.jpg")});
        LesionPage *page = turnTo<LesionPage>(bench);
        QTRY_VERIFY(page->study().study());
        bench.session.selectPosition(4);
        photograph(bench, *page, "lesion-study");
        page->showPart(LesionPage::Live);
        bench.session.scales().setBlock(1, {1, 0});
        bench.session.scales().setBlock(4, {0.6f, 1});
        QTRY_VERIFY(bench.session.traced() && !bench.session.traced()->scales.empty());
        QTRY_VERIFY(bench.session.activity().isEmpty() && bench.session.traced());
        photograph(bench, *page, "lesion-live");
    }

    void it_looks_right_with_a_large_network()
    {
        const QString weights = sharedFile("weights/resnet50-imagenet-8bit.safetensors");
        const QStringList photos = QDir(sharedFile("photos")).entryList({"*.JPEG"}, QDir::Files);
        if (weights.isEmpty() || photos.isEmpty())
            QSKIP("no shared ResNet-50");
        WindowBench bench;
        bench.show();
        bench.session.openModel(weights);
        bench.dropFiles({sharedFile("photos/" + photos.first())});
        LesionPage *page = turnTo<LesionPage>(bench);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session.traced() && bench.session.activity().isEmpty(), 60'000);
        page->study().run();
        QTRY_VERIFY_WITH_TIMEOUT(page->study().study(), 120'000);
        QTest::mouseClick(buttonNamed<QToolButton>(*page, "rank"), Qt::LeftButton);
        photograph(bench, *page, "lesion-resnet50");
    }
};

QTEST_MAIN(LesionPageTest)
#include "lesion_page_test.moc"
