// A whole session in the real window, by mouse and keyboard: a picture is dropped, a block selected and cut, every
// view shown, compared, exported and saved, and all of it opened again in another window.
#include "app/exported_file.h"
#include "app/page_bench.h"

#include "analysis/gradient_flow.h"
#include "analysis/ledger.h"
#include "analysis/lesion.h"
#include "analysis/paths.h"
#include "models/statistics.h"
#include "pages/compare/candidates.h"
#include "pages/compare/compare_page.h"
#include "pages/compare/comparison_tables.h"
#include "pages/compare/curves_panel.h"
#include "pages/features/feature_maps_page.h"
#include "pages/gradient/gradient_page.h"
#include "pages/gradient/gradient_tables.h"
#include "pages/ledger/ledger_page.h"
#include "pages/lesion/lesion_page.h"
#include "pages/lesion/study_panel.h"
#include "pages/page_frame.h"
#include "pages/parameters/parameters_page.h"
#include "pages/paths/paths_page.h"
#include "pages/skip/skip_page.h"
#include "pages/skip/skip_tables.h"
#include "widgets/depth_chart.h"
#include "widgets/flow_view.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"
#include "widgets/table_view.h"

#include <QAbstractButton>

#include <numeric>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr int kBlock = 1; // layer2.0 of three blocks

using Rows = std::vector<QVariantList>;

struct View {
    const char *id;
    Qt::Key key;                                            // pressed with Alt
    std::function<Rows(const ReferenceRun &)> expected;     // the rows of its first table
    std::function<std::optional<double>(QWidget &)> marked; // its mark of the selected block; null: it marks none
    double mark = kBlock;
};

Tensor tensorShown(const ReferenceRun &run)
{
    return *run.trace->read(run.model->network.blocks[kBlock].y);
}

/// Returns the trained network's predictions, whatever is cut.
std::vector<analysis::Prediction> intactTop(const ReferenceRun &run)
{
    return analysis::topPredictions(*run.executor->forward(run.input, {}), 0, run.model->labels, 5);
}

/// The target stays the class that was on top when the picture was opened.
nn::Objective objectiveOf(const ReferenceRun &run)
{
    return {nn::ObjectiveKind::LogProbability, intactTop(run).front().index};
}

Rows ledgerRows(const ReferenceRun &run)
{
    return pages::tableOf(*analysis::ledgerOf(run.run(), objectiveOf(run).target)).rows;
}

std::function<std::optional<double>(QWidget &)> markIn(const QString &chartName)
{
    return [chartName](QWidget &page) -> std::optional<double> {
        for (const auto *chart : page.findChildren<widgets::DepthChart *>())
            if (chart->accessibleName() == chartName)
                return chart->currentMark();
        return std::nullopt;
    };
}

Rows lesionRows(const ReferenceRun &run)
{
    return pages::studyTable(*analysis::lesionStudy(*run.executor, run.input, {objectiveOf(run).target, run.scales}))
        .rows;
}

Rows parameterRows(const ReferenceRun &run)
{
    const std::vector<pages::ParameterEntry> entries = pages::parameterEntries(*run.model);
    std::atomic<int> done = 0;
    std::vector<int> all(entries.size());
    std::iota(all.begin(), all.end(), 0);
    return pages::parameterTable(entries, pages::statisticsOf(entries, {}, done), all).rows;
}

/// Returns the first model's five classes; the table continues with the second's.
Rows comparedRows(const ReferenceRun &run)
{
    Rows rows;
    for (const analysis::Prediction &one : intactTop(run))
        rows.push_back({"small", int(rows.size()) + 1, QString::fromStdString(one.label), double(one.probability),
                        double(one.logit), 1});
    return rows;
}

std::optional<double> parameterMark(QWidget &page)
{
    const auto *table = page.findChild<widgets::TableView *>();
    const int row = table->currentRow();
    const bool isOfBlock = row >= 0 && table->table().rows[std::size_t(row)].front().toString().startsWith("layer2.0.");
    return isOfBlock ? kBlock : -1;
}

const std::vector<View> &views()
{
    static const std::vector<View> all{
        {"features", Qt::Key_1,
         [](const ReferenceRun &run) {
             return models::channelsTable(models::channelStatistics(tensorShown(run))).rows;
         },
         [](QWidget &page) { return double(page.findChild<widgets::FeatureGrid *>()->channelCount()); }, 32},
        {"skip", Qt::Key_2,
         [](const ReferenceRun &run) { return pages::blocksTable(*analysis::contributionsOf(run.run())).rows; },
         markIn("Blocks over the depth")},
        {"gradient", Qt::Key_3,
         [](const ReferenceRun &run) {
             const auto gradients = *nn::backward(*run.trace, objectiveOf(run), {});
             return pages::flowTable("flow", *analysis::gradientFlow(run.model->network, *gradients)).rows;
         },
         [](QWidget &page) { return double(page.findChild<widgets::FlowView *>()->currentMark()); }},
        {"ledger", Qt::Key_4, ledgerRows, markIn("Waterfall of the logit's parts"),
         kBlock + 2}, // after the bias and the stem
        {"paths",
         Qt::Key_5,
         [](const ReferenceRun &run) {
             return pages::tableOf({.exact = *analysis::pathGradients(run.run(), objectiveOf(run))}).rows;
         },
         {}},
        {"lesion", Qt::Key_6, lesionRows, markIn("Change without each block")},
        {"compare", Qt::Key_7, comparedRows, {}},
        {"parameters", Qt::Key_8, parameterRows, parameterMark},
    };
    return all;
}

bool beginsWith(const pages::Page &page, const Rows &expected)
{
    const std::vector<models::Table> tables = page.tables();
    if (tables.empty() || tables.front().rows.size() < expected.size() || expected.empty())
        return false;
    return std::equal(expected.begin(), expected.end(), tables.front().rows.begin());
}

} // namespace

/// Stops the session at its first failure.
#define STEP(step)                                                                                                     \
    step;                                                                                                              \
    if (QTest::currentTestFailed())                                                                                    \
    return

class WholeSessionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY2(QGuiApplication::platformName() == "xcb", "run under xvfb-run with QT_QPA_PLATFORM=xcb");
        gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
        QVERIFY(drawnPicture(7).save(picture(), "PNG"));
    }

    void a_session_from_the_dropped_picture_to_its_reopening()
    {
        {
            WindowBench bench;
            STEP(dropAPicture(bench));
            STEP(selectABlock(bench));
            STEP(lookAtEveryView(bench, {}));
            STEP(cutTheBlockAndUndo(bench));
            STEP(compareTwoModels(bench));
            STEP(exportEveryView(bench));
            STEP(exportToNowhere(bench));
            STEP(saveAndClose(bench));
        }
        reopen();
    }

private:
    QString picture() const { return m_folder.filePath("meadow.png"); }
    QString sessionFile() const { return m_folder.filePath("meadow.reslens"); }
    ReferenceRun reference(std::vector<nn::BlockScale> scales = {}) const
    {
        return ReferenceRun(generatedModel("small", "resnet8"), picture(), std::move(scales));
    }
    static void press(WindowBench &bench, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(bench.window.windowHandle(), key, modifiers);
    }
    static pages::PageFrame *turnTo(WindowBench &bench, const View &view)
    {
        press(bench, view.key, Qt::AltModifier);
        return static_cast<pages::PageFrame *>(bench.window.findChild<QTabWidget *>()->currentWidget());
    }

    void dropAPicture(WindowBench &bench);
    void selectABlock(WindowBench &bench);
    void lookAtEveryView(WindowBench &bench, const std::vector<nn::BlockScale> &scales);
    void cutTheBlockAndUndo(WindowBench &bench);
    void compareTwoModels(WindowBench &bench);
    void exportEveryView(WindowBench &bench);
    void exportToNowhere(WindowBench &bench);
    void saveAndClose(WindowBench &bench);
    void reopen();

    QTemporaryDir m_folder;
};

void WholeSessionTest::dropAPicture(WindowBench &bench)
{
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({picture()});
    QTRY_COMPARE(bench.part<widgets::PredictionView>()->model()->rowCount(), 5);
    QCOMPARE(bench.session.traced()->forward.logits.values, reference().logits());
}

void WholeSessionTest::selectABlock(WindowBench &bench)
{
    auto *ribbon = bench.part<widgets::Ribbon>();
    QTest::mouseClick(ribbon->viewport(), Qt::LeftButton, {}, ribbon->boxOf(kBlock + 1).center().toPoint());
    QCOMPARE(bench.session.position(), kBlock);
    QVERIFY(ribbon->hasFocus());
}

void WholeSessionTest::lookAtEveryView(WindowBench &bench, const std::vector<nn::BlockScale> &scales)
{
    const ReferenceRun run = reference(scales);
    for (const View &view : views()) {
        pages::PageFrame *frame = turnTo(bench, view);
        QCOMPARE(frame->id(), QString(view.id));
        QVERIFY(frame->page()->isVisible());
        QTRY_VERIFY2_WITH_TIMEOUT(frame->page()->isSettled(), view.id, kPatienceMs);
        const Rows expected = view.expected(run);
        QTRY_VERIFY2(beginsWith(*frame->page(), expected), view.id);
        if (view.marked)
            QTRY_VERIFY2(view.marked(*frame->page()) == view.mark, view.id);
        bench.screenshot(QString("session-%1").arg(view.id));
    }
}

void WholeSessionTest::cutTheBlockAndUndo(WindowBench &bench)
{
    const std::vector<nn::BlockScale> cut{{1, 1}, {1, 0}, {1, 1}};
    const std::vector<float> intact = reference().logits();
    bench.part<widgets::Ribbon>()->setFocus();
    press(bench, Qt::Key_B);
    QTRY_COMPARE(bench.session.traced()->forward.logits.values, reference(cut).logits());
    QVERIFY(bench.session.traced()->forward.logits.values != intact);
    STEP(lookAtEveryView(bench, cut));
    press(bench, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bench.session.traced()->forward.logits.values, intact);
}

void WholeSessionTest::compareTwoModels(WindowBench &bench)
{
    press(bench, Qt::Key_7, Qt::AltModifier);
    auto *page = bench.part<pages::ComparePage>();
    QTRY_VERIFY_WITH_TIMEOUT(page->isSettled(), kPatienceMs);
    const std::vector<pages::Candidate> &all = page->candidates().all();
    QCOMPARE(all.size(), std::size_t(2));
    QVERIFY(all[0].nameOrPath == "small" && all[1].nameOrPath == "deep");
    QVERIFY(all[0].summary && all[1].summary);
    for (auto *button : page->findChildren<QAbstractButton *>())
        if (button->text() == "Curves")
            QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(page->curves().isVisible());
    QCOMPARE(page->curves().chart().currentMark(), std::optional((kBlock + 1) / 3.0));
}

void WholeSessionTest::exportEveryView(WindowBench &bench)
{
    const ExportedFrom from{"small", picture()};
    for (const View &view : views()) {
        pages::Page &page = *turnTo(bench, view)->page();
        QTRY_VERIFY2_WITH_TIMEOUT(page.isSettled() && !page.tables().empty(), view.id, kPatienceMs);
        const std::vector<pages::Export> offered = pages::exportsOf(page, bench.session);
        QVERIFY2(offered.size() >= 4, view.id); // PNG, SVG, CSV, JSON
        QStringList names;
        for (const pages::Export &entry : offered) {
            QVERIFY2(!names.contains(entry.suggestedName), qPrintable(entry.suggestedName));
            names << entry.suggestedName;
            const QString path = m_folder.filePath(entry.suggestedName);
            QSignalSpy written(&bench.session, &session::Session::noticed);
            entry.write(path, kExportWidth);
            QTRY_COMPARE(written.size(), 1);
            STEP(checkExport(page, entry, path, from));
        }
    }
}

void WholeSessionTest::exportToNowhere(WindowBench &bench)
{
    const auto *tabs = bench.window.findChild<QTabWidget *>();
    for (const View &view : views()) {
        pages::Page &page = *turnTo(bench, view)->page();
        QTRY_VERIFY2_WITH_TIMEOUT(page.isSettled() && !page.tables().empty(), view.id, kPatienceMs);
        const Rows rows = page.tables().front().rows;
        const int tab = tabs->currentIndex();
        QSignalSpy traced(&bench.session, &session::Session::tracedChanged);
        for (const pages::Export &entry : pages::exportsOf(page, bench.session)) {
            const QString path = "/nowhere/" + entry.suggestedName;
            QSignalSpy failed(&bench.session, &session::Session::failed);
            entry.write(path, kExportWidth);
            QTRY_COMPARE(failed.size(), 1);
            QVERIFY2(bench.window.messageBar().isVisible(), qPrintable(path));
            QVERIFY2(bench.window.messageBar().message().contains(path),
                     qPrintable(bench.window.messageBar().message()));
        }
        QVERIFY2(beginsWith(page, rows), view.id);
        QVERIFY(traced.isEmpty() && tabs->currentIndex() == tab && bench.session.position() == kBlock);
    }
}

void WholeSessionTest::saveAndClose(WindowBench &bench)
{
    bench.part<widgets::Ribbon>()->setFocus();
    press(bench, Qt::Key_S); // cuts the skip
    QTRY_VERIFY(bench.session.scales().isChanged() && bench.session.activity().isEmpty());
    press(bench, Qt::Key_4, Qt::AltModifier);
    QSignalSpy saved(&bench.session, &session::Session::noticed);
    bench.window.saveSession(sessionFile());
    QTRY_COMPARE(saved.size(), 1);
    QVERIFY(bench.window.close());
}

void WholeSessionTest::reopen()
{
    WindowBench bench;
    bench.show();
    bench.dropFiles({sessionFile()});
    const ReferenceRun run = reference({{1, 1}, {0, 1}, {1, 1}});
    QTRY_VERIFY(bench.session.traced());
    QTRY_COMPARE(bench.session.traced()->forward.logits.values, run.logits());
    QTRY_COMPARE(bench.session.position(), kBlock);
    QCOMPARE(bench.session.model()->name, std::string("small"));
    QCOMPARE(bench.session.picture().path, picture());
    QCOMPARE(bench.part<widgets::Ribbon>()->currentRow(), kBlock + 1);
    const QModelIndex marked = bench.part<widgets::PredictionView>()->currentIndex();
    QCOMPARE(marked.data(models::PredictionModel::ClassIndexRole).toInt(), objectiveOf(run).target);
    auto *page = bench.part<pages::LedgerPage>();
    QVERIFY(page->isVisible());
    QTRY_VERIFY(beginsWith(*page, ledgerRows(run)));
    QVERIFY2(!bench.window.messageBar().isVisible(), qPrintable(bench.window.messageBar().message()));
    bench.screenshot("session-reopened");
}

QTEST_MAIN(WholeSessionTest)
#include "whole_session_test.moc"
