// A report is one file with the contents of all views. It is escaped, and making it can be stopped.
#include "app/window_bench.h"

#include "gui/application_look.h"
#include "gui/report_collector.h"
#include "gui/session_storage.h"
#include "pages/page_frame.h"
#include "widgets/labels.h"
#include "widgets/ribbon.h"

#include <QAction>
#include <QClipboard>
#include <QMenu>
#include <QMenuBar>
#include <QProgressDialog>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabWidget>
#include <QXmlStreamReader>

#include <limits>

using namespace reslens;
using namespace reslens::test;

namespace {

gui::Report example()
{
    gui::Report report;
    report.title = "A <b>title</b> & \"more\"";
    report.made = QDateTime({2024, 5, 6}, {7, 8});
    report.facts = {{"Model", "<script>alert(1)</script>"}, {"Device", "llvmpipe"}};
    report.picture = {"png bytes", "cat\" onload=\"x", 320};
    report.predictions = {{"%2 <i>tabby</i>", 0.875, 9.5}, {"NaN", std::numeric_limits<double>::quiet_NaN(), 0}};
    report.sections = {{"Ledger", "Who wrote the logit?", "<p>Σ<sub>b</sub></p>", "He & al.", {}, {}, "nothing <yet>"}};
    models::Table table{"blocks", {"name", "a<b"}, {}};
    for (int i = 0; i < gui::kMaxReportRows + 5; ++i)
        table.rows.push_back({QString("row &%1;").arg(i), i == 1 ? QVariant() : QVariant(i / 3.0)});
    report.sections.front().tables = {table};
    return report;
}

/// Checks that every image is inside, and that the file names nothing else that a browser would fetch or run.
void checkSelfContained(const QByteArray &html)
{
    static const QRegularExpression fetched("(src|href|srcset|poster|data)\\s*=\\s*\"(?!data:image/png;base64,)");
    QVERIFY(!fetched.match(QString::fromUtf8(html)).hasMatch());
    for (const char *word : {"<script", "<link", "<iframe", "@import", "url(", "http://", "https://"})
        QVERIFY2(!html.contains(word), word);
}

QAction *actionCalled(const WindowBench &bench, const QString &text)
{
    for (QAction *action : bench.window.findChildren<QAction *>())
        if (action->text().remove('&') == text)
            return action;
    return nullptr;
}

Result<gui::Report> collected(WindowBench &bench)
{
    std::optional<Result<gui::Report>> result;
    gui::collectReport(
        {bench.session, *bench.part<QTabWidget>(), *bench.part<widgets::Ribbon>()},
        [&](const Result<gui::Report> &report) { result = report; }, &bench.window);
    if (!QTest::qWaitFor([&] { return result.has_value(); }, 60000))
        return fail(ErrorKind::Cancelled, "", "no report came");
    return *result;
}

} // namespace

class ReportTest : public QObject {
    Q_OBJECT

private slots:
    void all_text_is_escaped_and_nothing_is_fetched();
    void long_tables_are_cut_and_say_so();
    void every_tag_is_closed();
    void every_view_is_in_it_with_the_numbers_it_shows();
    void facts_name_picture_model_and_residuals();
    void a_real_network_s_report_is_kept_for_people_to_look_at_data();
    void a_real_network_s_report_is_kept_for_people_to_look_at();
    void without_a_picture_there_is_no_report_but_a_reason();
    void another_picture_ends_it();
    void the_action_writes_the_file_and_the_view_in_front_stays();
    void it_can_be_cancelled();
    void an_unwritable_place_is_told();
    void a_view_copies_its_picture_and_its_tables();
    void without_a_camera_the_action_says_why();
    void a_dropped_session_opens_with_its_tab();
};

void ReportTest::all_text_is_escaped_and_nothing_is_fetched()
{
    const QByteArray html = gui::htmlOf(example());
    checkSelfContained(html);
    QVERIFY(html.contains("<title>A &lt;b&gt;title&lt;/b&gt; &amp; &quot;more&quot;</title>"));
    QVERIFY(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    QVERIFY(html.contains("alt=\"cat&quot; onload=&quot;x\""));
    QVERIFY(html.contains("%2 &lt;i&gt;tabby&lt;/i&gt;"));
    QVERIFY(html.contains("87.50 %"));
    QVERIFY(html.contains("not defined") && !html.contains("nan %"));
    QVERIFY(html.contains("nothing &lt;yet&gt;"));
    QVERIFY(html.contains("a&lt;b"));
    QVERIFY(html.contains("He &amp; al."));
    QVERIFY(html.contains("row &amp;0;"));
    QVERIFY(html.contains("<p>Σ<sub>b</sub></p>")); // formulas are trusted
    QVERIFY(html.contains(QByteArray("png bytes").toBase64()));
    QVERIFY(html.contains("6 May 2024, 07:08"));
}

void ReportTest::long_tables_are_cut_and_say_so()
{
    const QByteArray html = gui::htmlOf(example());
    QVERIFY(html.contains(QByteArray("row &amp;") + QByteArray::number(gui::kMaxReportRows - 1) + ";"));
    QVERIFY(!html.contains(QByteArray("row &amp;") + QByteArray::number(gui::kMaxReportRows) + ";"));
    QVERIFY(html.contains(
        QString("The first %1 of %2 rows").arg(gui::kMaxReportRows).arg(gui::kMaxReportRows + 5).toUtf8()));
    QVERIFY(html.contains("<td>–</td>")); // not defined
}

void ReportTest::every_tag_is_closed()
{
    QString html = QString::fromUtf8(gui::htmlOf(example()));
    html.remove("<!DOCTYPE html>\n");
    static const QRegularExpression empty("<(meta|img)([^>]*)>");
    html.replace(empty, "<\\1\\2/>");
    QXmlStreamReader reader(html);
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
}

void ReportTest::every_view_is_in_it_with_the_numbers_it_shows()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openPaths({bench.savedPicture("meadow.png", 3)});
    QTRY_VERIFY(bench.session.traced());
    auto *tabs = bench.part<QTabWidget>();
    tabs->setCurrentIndex(tabs->count() - 1);
    const Result<gui::Report> report = collected(bench);
    QVERIFY2(report, report ? "" : report.error().message().c_str());
    QCOMPARE(report->sections.size(), std::size_t(tabs->count()));
    QCOMPARE(tabs->currentIndex(), tabs->count() - 1);
    const std::vector<pages::PageEntry> entries = pages::pages();
    for (int i = 0; i < tabs->count(); ++i) {
        const gui::ReportSection &section = report->sections[std::size_t(i)];
        QCOMPARE(section.title, entries[std::size_t(i)].title);
        QCOMPARE(section.sentence, entries[std::size_t(i)].explanation.sentence);
        const auto tables = static_cast<pages::PageFrame *>(tabs->widget(i))->page()->tables();
        QCOMPARE(section.tables.size(), tables.size());
        for (std::size_t t = 0; t < tables.size(); ++t)
            QCOMPARE(csvOf(section.tables[t]), csvOf(tables[t]));
        QVERIFY2(section.picture.png.startsWith("\x89PNG") || !section.remark.isEmpty(), qPrintable(section.title));
    }
    QCOMPARE(report->predictions.size(), bench.session.predictions().size());
    QCOMPARE(report->predictions.front().probability, double(bench.session.predictions().front().probability));
    const QImage picture = QImage::fromData(report->picture.png);
    QCOMPARE(picture.convertToFormat(QImage::Format_RGB888), bench.session.picture().image);
    QVERIFY(!QImage::fromData(report->network.png).isNull());
    checkSelfContained(gui::htmlOf(*report));
}

void ReportTest::facts_name_picture_model_and_residuals()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    const QString path = bench.savedPicture("meadow.png", 3);
    bench.session.openPaths({path});
    QTRY_VERIFY(bench.session.traced());
    bench.session.scales().setBlock(1, {1, 0.5f});
    bench.session.selectObjective(nn::ObjectiveKind::LogitDifference, (bench.session.targetClass() + 1) % 10);
    QTRY_VERIFY(bench.session.activity().isEmpty());
    const Result<gui::Report> report = collected(bench);
    QVERIFY(report);
    QMap<QString, QString> facts;
    for (const gui::ReportFact &fact : report->facts)
        facts[fact.name] = fact.value;
    QVERIFY(facts["Picture"].contains(path));
    QCOMPARE(facts["Picture’s SHA-256"], *gui::sha256Of(path));
    QVERIFY(facts["Model"].contains("resnet8"));
    QVERIFY(facts["Objective"].startsWith("logit of ") && facts["Objective"].contains(" − logit of "));
    QCOMPARE(facts["Scales"], QString("layer2.0: α = 1, β = 0.5"));
    QVERIFY2(facts["The ledger explains"].contains("residual"), qPrintable(facts["The ledger explains"]));
    QVERIFY2(facts["Skip share + branch share"].contains("at most"), qPrintable(facts["Skip share + branch share"]));
    QVERIFY(facts["Made with"].contains(qVersion()));
}

void ReportTest::a_real_network_s_report_is_kept_for_people_to_look_at_data()
{
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << int(gui::ThemeChoice::Dark);
    QTest::newRow("light") << int(gui::ThemeChoice::Light);
}

void ReportTest::a_real_network_s_report_is_kept_for_people_to_look_at()
{
    QFETCH(int, theme);
    gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
    WindowBench bench;
    bench.window.resize(1280, 720);
    bench.show();
    bench.session.openModel("resnet20-cifar10");
    bench.session.openPaths({":/reslens/samples/ship.jpg"});
    QTRY_VERIFY(bench.session.traced());
    const Result<gui::Report> report = collected(bench);
    QVERIFY(report);
    const QByteArray html = gui::htmlOf(*report);
    checkSelfContained(html);
    QVERIFY(html.size() < 20 << 20);
    const QString where = qEnvironmentVariable("RESLENS_SCREENSHOTS", bench.folder.path());
    QDir().mkpath(where);
    QFile file(QStringLiteral("%1/report-%2.html").arg(where, QTest::currentDataTag()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(html), html.size());
}

void ReportTest::without_a_picture_there_is_no_report_but_a_reason()
{
    WindowBench bench;
    bench.show();
    const Result<gui::Report> report = collected(bench);
    QVERIFY(!report);
    QVERIFY(report.error().message().find("picture") != std::string::npos);
}

void ReportTest::another_picture_ends_it()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(1), "one");
    QTRY_VERIFY(bench.session.traced());
    bench.session.openImage(drawnPicture(2), "two");
    const Result<gui::Report> report = collected(bench);
    QVERIFY(!report);
    QVERIFY2(report.error().message().find("changed") != std::string::npos, report.error().message().c_str());
}

void ReportTest::the_action_writes_the_file_and_the_view_in_front_stays()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(1), "Pasted image");
    QTRY_VERIFY(bench.session.traced());
    QVERIFY(actionCalled(bench, "Save report…"));
    const QString path = bench.folder.filePath("a.html");
    bench.window.saveReport(path);
    QTRY_VERIFY(bench.part<QProgressDialog>());
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), 60000);
    QTRY_VERIFY(!bench.part<QProgressDialog>());
    QCOMPARE(bench.part<QTabWidget>()->currentIndex(), 0);
    QTRY_VERIFY(bench.window.messageBar().message().contains(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("Feature maps"));
}

void ReportTest::it_can_be_cancelled()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(1), "Pasted image");
    QTRY_VERIFY(bench.session.traced());
    const QString path = bench.folder.filePath("a.html");
    bench.window.saveReport(path);
    auto *progress = bench.part<QProgressDialog>();
    QVERIFY(progress);
    QTRY_VERIFY(progress->isVisible());
    QTest::mouseClick(progress->findChild<QPushButton *>(), Qt::LeftButton);
    QTRY_VERIFY(!bench.part<QProgressDialog>());
    QTRY_VERIFY(!bench.part<gui::ReportCollector>());
    QVERIFY(!QFile::exists(path));
    QCOMPARE(bench.part<QTabWidget>()->currentIndex(), 0);
}

void ReportTest::an_unwritable_place_is_told()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(1), "Pasted image");
    QTRY_VERIFY(bench.session.traced());
    bench.window.saveReport("/nowhere/a.html");
    QTRY_VERIFY_WITH_TIMEOUT(bench.window.messageBar().message().contains("/nowhere/a.html"), 60000);
}

void ReportTest::a_view_copies_its_picture_and_its_tables()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(1), "Pasted image");
    QTRY_VERIFY(bench.session.traced());
    auto *tabs = bench.part<QTabWidget>();
    for (int i = 0; i < tabs->count(); ++i)
        if (tabs->tabText(i) == "Parameters")
            tabs->setCurrentIndex(i);
    auto *page = static_cast<pages::PageFrame *>(tabs->currentWidget())->page();
    QTRY_VERIFY(!page->tables().empty());
    QTest::keyClick(&bench.window, Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), tsvOf(page->tables().front()));
    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->image().width(), 2 * page->picture()->width());
}

void ReportTest::without_a_camera_the_action_says_why()
{
    if (QDir("/dev").entryList({"video*"}, QDir::System).size() > 0)
        QSKIP("this machine has a camera");
    WindowBench bench;
    bench.show();
    QAction *action = actionCalled(bench, "Take a picture with the camera…");
    QVERIFY(action);
    auto *file = bench.window.menuBar()->actions().front()->menu();
    emit file->aboutToShow();
    QVERIFY(!action->isEnabled());
    QVERIFY2(action->toolTip().contains("camera"), qPrintable(action->toolTip()));
    QVERIFY(file->toolTipsVisible());
}

void ReportTest::a_dropped_session_opens_with_its_tab()
{
    WindowBench first;
    first.show();
    first.session.openModel("small");
    const QString path = first.folder.filePath("a.reslens");
    first.session.openPaths({first.savedPicture("meadow.png", 3)});
    QTRY_VERIFY(first.session.traced());
    first.session.selectPosition(2);
    auto *tabs = first.part<QTabWidget>();
    tabs->setCurrentIndex(tabs->count() - 1);
    first.window.saveSession(path);
    QTRY_VERIFY(first.window.messageBar().message().contains(path));

    WindowBench second;
    second.show();
    second.dropFiles({path});
    QTRY_VERIFY(second.session.traced()); // the view in front reads no tensor
    QTRY_COMPARE(second.session.position(), 2);
    QCOMPARE(second.part<QTabWidget>()->currentIndex(), tabs->count() - 1);
    QVERIFY(!second.window.messageBar().isVisible());
}

QTEST_MAIN(ReportTest)
#include "report_test.moc"
