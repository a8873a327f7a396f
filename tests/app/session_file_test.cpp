// Sessions survive being saved and opened. Any other content is refused by name, and nothing crashes.
#include "app/window_bench.h"

#include "gui/session_keeper.h"

#include <QDockWidget>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTabWidget>

using namespace reslens;
using namespace reslens::test;

namespace {

gui::SavedSession example()
{
    gui::SavedSession session;
    session.picture = {"cat.png", "/pictures/cat.png", QString(64, 'a'), "\x89PNG\x01"};
    session.model = {"/models/mine.safetensors", QString(64, '0'), "resnet20", 10};
    session.scales = {{1, 0}, {0.5f, 1}, {-1, 2.25f}};
    session.objective = {nn::ObjectiveKind::LogitDifference, 3, 7};
    session.position = 2;
    session.tap = "conv1";
    session.channel = 5;
    session.tab = "ledger";
    session.panels = {{"image", Qt::RightDockWidgetArea, false, true, {-5, 7, 300, 200}}, {"network"}};
    session.note = "a note";
    session.picture.levels = image::Levels{12, 4000};
    session.model.settings = zoo::settingsFrom({{"variant", "pool=none"}, {"mean", "0.5"}}).value();
    session.model.settings.options.labels = {"cat", "dog"};
    return session;
}

Result<gui::SavedSession> parsed(const QJsonObject &object)
{
    return gui::savedSessionFrom(QJsonDocument(object).toJson(), "x.reslens");
}

QJsonObject exampleJson()
{
    return QJsonDocument::fromJson(gui::bytesOf(example())).object();
}

/// Returns every member; those of inner objects as "model.sha256".
QStringList membersOf(const QJsonObject &object, const QString &prefix = {})
{
    QStringList members;
    for (const QString &key : object.keys()) {
        members << prefix + key;
        if (object[key].isObject())
            members << membersOf(object[key].toObject(), prefix + key + ".");
    }
    return members;
}

QJsonObject with(QJsonObject object, const QString &member, const QJsonValue &value)
{
    const QString first = member.section('.', 0, 0), rest = member.section('.', 1);
    object[first] = rest.isEmpty() ? value : QJsonValue(with(object[first].toObject(), rest, value));
    return object;
}

} // namespace

class SessionFileTest : public QObject {
    Q_OBJECT

private slots:
    void what_is_written_is_read_back();
    void scales_as_pairs_and_objectives_by_their_short_names_open_too();
    void every_member_of_a_wrong_kind_is_refused_by_name();
    void values_out_of_range_are_refused_by_name_data();
    void values_out_of_range_are_refused_by_name();
    void a_newer_version_is_refused_as_such();
    void other_files_are_no_sessions_data();
    void other_files_are_no_sessions();
    void no_truncation_and_no_damaged_byte_crashes();
    void files_are_known_by_the_hash_of_their_content();
    void the_end_does_not_wait_for_a_hash();
    void a_model_file_without_a_hash_is_not_opened();
    void a_session_opens_as_it_was_saved();
    void panels_stand_where_they_stood();
    void a_layout_in_qt_s_own_bytes_is_not_read();
    void scales_are_applied_whatever_else_ends_as_the_model_opens();
    void a_pasted_picture_comes_back_pixel_by_pixel();
    void a_changed_picture_is_told_and_the_rest_is_opened();
    void a_model_that_is_gone_is_told_and_the_picture_is_opened();
    void a_refused_file_changes_nothing();
    void an_unwritable_place_is_told();
};

void SessionFileTest::what_is_written_is_read_back()
{
    const gui::SavedSession saved = example();
    const auto read = gui::savedSessionFrom(gui::bytesOf(saved), "x.reslens");
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(gui::bytesOf(*read), gui::bytesOf(saved));
    QCOMPARE(read->picture.png, saved.picture.png);
    QVERIFY(read->panels == saved.panels);
    QVERIFY(read->scales == saved.scales);
    QVERIFY(read->objective == saved.objective);
    QVERIFY(gui::savedSessionFrom(gui::bytesOf({}), "empty.reslens"));
}

void SessionFileTest::scales_as_pairs_and_objectives_by_their_short_names_open_too()
{
    const QJsonArray pairs{QJsonArray{1, 0}, QJsonArray{0.5, 1}, QJsonArray{-1, 2.25}};
    const auto read = parsed(with(with(exampleJson(), "scales", pairs), "objective.kind", "diff"));
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(read->scales == example().scales);
    QVERIFY(read->objective == example().objective);
}

void SessionFileTest::every_member_of_a_wrong_kind_is_refused_by_name()
{
    const QStringList members = membersOf(exampleJson());
    QVERIFY(members.size() > 20);
    const QJsonValue kinds[] = {QJsonValue::Null, true, 1.5, "not it", QJsonArray{1, "two"}, QJsonObject{{"a", 1}}};
    int refused = 0;
    for (const QString &member : members) {
        for (const QJsonValue &value : kinds) {
            const auto read = parsed(with(exampleJson(), member, value));
            const bool isText =
                value.isString() && exampleJson()["picture"].toObject().contains(member.section('.', 1));
            if (read) // only text is right where text is expected
                QVERIFY2(value.isString() || isText, qPrintable(member));
            else
                QVERIFY2(QString::fromStdString(read.error().message()).contains("\"" + member) ||
                             read.error().message().find("\"" + member.section('.', 0, 0).toStdString()) !=
                                 std::string::npos,
                         read.error().message().c_str());
            refused += !read;
        }
        QJsonObject without = exampleJson();
        if (!member.contains('.')) {
            without.remove(member);
            const auto read = parsed(without);
            QVERIFY2(!read, qPrintable(member));
            QVERIFY(QString::fromStdString(read.error().message()).startsWith("x.reslens: "));
        }
    }
    QVERIFY(refused > 5 * members.size() - 20);
}

void SessionFileTest::values_out_of_range_are_refused_by_name_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QJsonValue>("value");
    const auto row = [](const char *name, const QString &member, const QJsonValue &value) {
        QTest::newRow(name) << member << value;
    };
    row("short hash", "picture.sha256", "abc");
    row("hash that is no hex", "model.sha256", QString(64, 'g'));
    row("no base64", "picture.png", "%%%");
    const QJsonObject panel = exampleJson()["window"].toObject()["panels"].toArray()[0].toObject();
    row("a panel that is none", "window.panels", QJsonArray{1});
    row("a panel on no side", "window.panels", QJsonArray{with(panel, "area", 3)});
    row("a panel of a width below 0", "window.panels", QJsonArray{with(panel, "width", -1)});
    row("a panel far off", "window.panels", QJsonArray{with(panel, "x", 1e9)});
    row("negative channel", "selection.channel", -1);
    row("position before the stem", "selection.position", -2);
    row("huge position", "selection.position", 1e300);
    row("half a class", "objective.target", 0.5);
    row("unknown objective", "objective.kind", "entropy");
    row("a class against itself", "objective.against", 3);
    row("huge scale", "scales", QJsonArray{QJsonArray{1e30, 1}});
    row("a scale beyond what the controls have", "scales", QJsonArray{QJsonArray{1, 4.5}});
    row("three scales of a block", "scales", QJsonArray{QJsonArray{1, 1, 1}});
    row("a scale that is text", "scales", QJsonArray{QJsonArray{1, "1"}});
    row("version 0", "version", 0);
}

void SessionFileTest::values_out_of_range_are_refused_by_name()
{
    QFETCH(QString, member);
    QFETCH(QJsonValue, value);
    const auto read = parsed(with(exampleJson(), member, value));
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Malformed);
    const QString message = QString::fromStdString(read.error().message()); // it names the member, or what is in it
    QVERIFY2(message.contains('"' + member + '"') || message.contains('"' + member + '.'), qPrintable(message));
}

void SessionFileTest::a_newer_version_is_refused_as_such()
{
    const auto read = parsed(with(exampleJson(), "version", gui::kSessionVersion + 1));
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Unsupported);
    QVERIFY2(read.error().message().find("newer") != std::string::npos, read.error().message().c_str());
}

void SessionFileTest::other_files_are_no_sessions_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("hello");
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("another object") << QByteArray("{\"version\": 1}");
    QTest::newRow("another format") << QByteArray("{\"format\": \"png\", \"version\": 1}");
    QTest::newRow("deep nesting") << QByteArray(100000, '[');
    QTest::newRow("binary") << QByteArray("\x89PNG\r\n\x1a\n\0\0", 10);
}

void SessionFileTest::other_files_are_no_sessions()
{
    QFETCH(QByteArray, bytes);
    const auto read = gui::savedSessionFrom(bytes, "x.reslens");
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Malformed);
}

void SessionFileTest::no_truncation_and_no_damaged_byte_crashes()
{
    const QByteArray whole = gui::bytesOf(example());
    for (qsizetype size = 0; size < whole.trimmed().size(); ++size)
        QVERIFY(!gui::savedSessionFrom(whole.left(size), "x.reslens"));
    QRandomGenerator random(7);
    for (int i = 0; i < 3000; ++i) {
        QByteArray damaged = whole;
        for (int n = 0; n < 1 + i % 3; ++n)
            damaged[random.bounded(int(damaged.size()))] = char(random.bounded(256));
        const auto read = gui::savedSessionFrom(damaged, "x.reslens");
        QVERIFY(read || !read.error().message().empty());
    }
}

void SessionFileTest::files_are_known_by_the_hash_of_their_content()
{
    WindowBench bench;
    const QString path = bench.savedBytes("abc", "abc");
    QCOMPARE(*gui::sha256Of(path), QString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(gui::sha256Of(path + "x").error().kind, ErrorKind::NotFound);
    QCOMPARE(gui::sha256Of(bench.folder.path()).error().kind, ErrorKind::NotFound);
}

void SessionFileTest::a_session_opens_as_it_was_saved()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("a.reslens");
    WindowBench first;
    const QString picture = first.savedPicture("meadow.png", 3);
    first.session.openModel("small");
    first.session.openPaths({picture});
    QTRY_VERIFY(first.session.traced());
    first.session.scales().setBlock(1, {1, 0.25f});
    first.session.selectTarget(6);
    first.session.selectObjective(nn::ObjectiveKind::LogitDifference, 2);
    first.session.selectPosition(2);
    first.session.selectTap(1);
    first.session.selectChannel(9);
    QTRY_VERIFY(first.session.activity().isEmpty());
    const analysis::Prediction top = first.session.predictions().front();
    gui::SessionKeeper saving(first.session);
    QSignalSpy saved(&first.session, &session::Session::noticed);
    const std::vector<gui::SavedPanel> panels{{"predictions", Qt::RightDockWidgetArea, false}};
    saving.save(path, "parameters", panels);
    QTRY_COMPARE(saved.size(), 1);

    WindowBench second;
    second.session.openModel("deep");
    second.session.openImage(drawnPicture(1), "another");
    QTRY_VERIFY(second.session.traced());
    gui::SessionKeeper opening(second.session);
    QSignalSpy window(&opening, &gui::SessionKeeper::windowRestored), opened(&opening, &gui::SessionKeeper::opened);
    QSignalSpy failed(&second.session, &session::Session::failed);
    opening.open(path);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(failed.size(), 0);
    QCOMPARE(window.front()[0].toString(), QString("parameters"));
    QVERIFY(window.front()[1].value<std::vector<gui::SavedPanel>>() == panels);
    QCOMPARE(second.session.model()->name, std::string("small"));
    QCOMPARE(second.session.picture().path, picture);
    QVERIFY(second.session.scales().scales() == first.session.scales().scales());
    QVERIFY(second.session.objective() == first.session.objective());
    QCOMPARE(second.session.position(), 2);
    QCOMPARE(second.session.tap()->name, first.session.tap()->name);
    QCOMPARE(second.session.channel(), 9);
    QCOMPARE(second.session.predictions().front().logit, top.logit); // the scales took part
}

void SessionFileTest::panels_stand_where_they_stood()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("a.reslens");
    WindowBench first, second;
    first.window.show();
    auto *moved = first.window.findChild<QDockWidget *>("predictions");
    first.window.addDockWidget(Qt::RightDockWidgetArea, moved);
    first.window.findChild<QDockWidget *>("network")->hide();
    QVERIFY(QTest::qWaitForWindowExposed(&first.window));
    QCoreApplication::processEvents(); // the panels have the places that are saved now
    QSignalSpy saved(&first.session, &session::Session::noticed);
    first.window.saveSession(path);
    QTRY_COMPARE(saved.size(), 1);
    second.window.show();
    second.window.openSession(path);
    auto *predictions = second.window.findChild<QDockWidget *>("predictions");
    QTRY_COMPARE(second.window.dockWidgetArea(predictions), Qt::RightDockWidgetArea);
    QVERIFY(second.window.findChild<QDockWidget *>("network")->isHidden());
    QVERIFY(!second.window.findChild<QDockWidget *>("image")->isHidden());
    QTRY_COMPARE(predictions->width(), moved->width());
}

/// Qt reads a number in these bytes as the index of a side, and writes far beyond its array of four.
void SessionFileTest::a_layout_in_qt_s_own_bytes_is_not_read()
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_5_0);
    stream << 0xff << 0 << uchar(0xfd) << 1 << (1 << 28) << QSize(1, 1) << uchar(0xfc) << uchar(1) << 0;
    QJsonObject object = exampleJson();
    object["window"] = QJsonObject{{"tab", "ledger"}, {"layout", QString::fromLatin1(bytes.toBase64())}};
    WindowBench bench;
    bench.show();
    bench.window.openSession(bench.savedBytes("old.reslens", QJsonDocument(object).toJson()));
    QTRY_COMPARE(bench.part<QTabWidget>()->tabText(bench.part<QTabWidget>()->currentIndex()), QString("Ledger"));
}

void SessionFileTest::scales_are_applied_whatever_else_ends_as_the_model_opens()
{
    WindowBench bench;
    const QString path = bench.folder.filePath("a.reslens");
    gui::SavedSession session;
    session.model = {"small", {}, "resnet8", 10};
    session.scales = {{1, 1}, {1, 0.5f}, {1, 1}};
    session.position = 2;
    QVERIFY(gui::writeSession(path, session, {}));

    gui::SessionKeeper keeper(bench.session);
    QSignalSpy opened(&keeper, &gui::SessionKeeper::opened);
    connect(&bench.session, &session::Session::modelChanged, &bench.session, &session::Session::activityChanged);
    keeper.open(path);
    QTRY_COMPARE(opened.size(), 1);
    QVERIFY(bench.session.scales().scales() == session.scales);
    QCOMPARE(bench.session.position(), 2);
}

void SessionFileTest::a_pasted_picture_comes_back_pixel_by_pixel()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("a.reslens");
    WindowBench first;
    first.session.openModel("small");
    first.session.openImage(drawnPicture(5), "Pasted image");
    QTRY_VERIFY(first.session.traced());
    gui::SessionKeeper saving(first.session);
    QSignalSpy saved(&first.session, &session::Session::noticed);
    saving.save(path, {}, {});
    QTRY_COMPARE(saved.size(), 1);

    WindowBench second;
    gui::SessionKeeper opening(second.session);
    opening.open(path);
    QTRY_VERIFY(second.session.traced());
    QCOMPARE(second.session.picture().image, first.session.picture().image);
    QCOMPARE(second.session.picture().name, QString("Pasted image"));
}

void SessionFileTest::the_end_does_not_wait_for_a_hash()
{
    WindowBench bench;
    const QString path = bench.folder.filePath("large.png");
    QFile large(path);
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(qint64(64) << 30)); // sparse, so it takes no room
    gui::SavedSession session;
    session.picture = {"large.png", path, QString(64, 'a'), {}};
    QElapsedTimer timer;
    {
        gui::SessionKeeper keeper(bench.session);
        keeper.open(bench.savedBytes("a.reslens", gui::bytesOf(session)));
        QTest::qWait(200); // it is being read
        timer.start();
    }
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(gui::sha256Of(path, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

void SessionFileTest::a_model_file_without_a_hash_is_not_opened()
{
    WindowBench bench;
    gui::SavedSession session;
    session.model = {bench.savedBytes("mine.safetensors", "weights"), {}, "resnet20", 10};
    const auto opened = gui::readSession(bench.savedBytes("a.reslens", gui::bytesOf(session)));
    QVERIFY(opened);
    QVERIFY(!opened->hasModel);
    QCOMPARE(opened->problems.size(), 1);
}

void SessionFileTest::a_changed_picture_is_told_and_the_rest_is_opened()
{
    WindowBench bench;
    const QString picture = bench.savedPicture("meadow.png", 3), path = bench.folder.filePath("a.reslens");
    gui::SavedSession session;
    session.picture = {"meadow.png", picture, {}, {}};
    session.model = {"small", {}, "resnet8", 10};
    session.position = 1;
    QVERIFY(gui::writeSession(path, session, {}));
    const QString before = *gui::sha256Of(picture);
    bench.savedPicture("meadow.png", 4);

    gui::SessionKeeper keeper(bench.session);
    QSignalSpy failed(&bench.session, &session::Session::failed), opened(&keeper, &gui::SessionKeeper::opened);
    keeper.open(path);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(failed.size(), 1);
    const QString message = failed.front()[0].toString();
    QVERIFY2(message.contains(picture) && message.contains("has changed"), qPrintable(message));
    QVERIFY2(message.contains(before.left(12)), qPrintable(message));
    QVERIFY2(message.contains(gui::sha256Of(picture)->left(12)), qPrintable(message));
    QVERIFY(bench.session.picture().isNull());
    QCOMPARE(bench.session.model()->name, std::string("small"));
    QCOMPARE(bench.session.position(), 1);
}

void SessionFileTest::a_model_that_is_gone_is_told_and_the_picture_is_opened()
{
    WindowBench bench;
    const QString picture = bench.savedPicture("meadow.png", 3), path = bench.folder.filePath("a.reslens");
    const QString model = bench.savedBytes("mine.safetensors", "weights");
    gui::SavedSession session;
    session.picture = {"meadow.png", picture, {}, {}};
    session.model = {model, {}, "resnet20", 10};
    session.scales.assign(9, {1, 0});
    QVERIFY(gui::writeSession(path, session, {}));
    QVERIFY(QFile::remove(model));
    bench.session.openModel("small");
    QTRY_VERIFY(bench.session.model());

    gui::SessionKeeper keeper(bench.session);
    QSignalSpy failed(&bench.session, &session::Session::failed), opened(&keeper, &gui::SessionKeeper::opened);
    keeper.open(path);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(failed.size(), 1);
    const QString message = failed.front()[0].toString();
    QVERIFY2(message.contains(model) && message.contains("gone") && message.contains("resnet20"), qPrintable(message));
    QCOMPARE(bench.session.picture().path, picture);
    QCOMPARE(bench.session.model()->name, std::string("small"));
    QVERIFY(!bench.session.scales().isChanged());
    QTRY_VERIFY(bench.session.traced());
}

void SessionFileTest::a_refused_file_changes_nothing()
{
    WindowBench bench;
    bench.session.openModel("small");
    bench.session.openImage(drawnPicture(2), "mine");
    QTRY_VERIFY(bench.session.traced());
    bench.session.selectPosition(2);
    gui::SessionKeeper keeper(bench.session);
    QSignalSpy failed(&bench.session, &session::Session::failed);
    QSignalSpy window(&keeper, &gui::SessionKeeper::windowRestored),
        traced(&bench.session, &session::Session::tracedChanged);
    QJsonObject newer = with(exampleJson(), "version", 2);
    const QStringList paths{bench.savedBytes("newer.reslens", QJsonDocument(newer).toJson()),
                            bench.savedBytes("cut.reslens", gui::bytesOf(example()).left(200)),
                            bench.folder.filePath("missing.reslens")};
    for (const QString &path : paths) {
        failed.clear();
        keeper.open(path);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(failed.front()[0].toString().contains(path), qPrintable(failed.front()[0].toString()));
    }
    QCOMPARE(window.size(), 0);
    QCOMPARE(traced.size(), 0);
    QCOMPARE(bench.session.picture().name, QString("mine"));
    QCOMPARE(bench.session.position(), 2);
}

void SessionFileTest::an_unwritable_place_is_told()
{
    WindowBench bench;
    bench.session.openModel("small");
    QTRY_VERIFY(bench.session.model());
    gui::SessionKeeper keeper(bench.session);
    QSignalSpy failed(&bench.session, &session::Session::failed);
    keeper.save("/nowhere/a.reslens", {}, {});
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.front()[0].toString().contains("/nowhere/a.reslens"));
}

QTEST_MAIN(SessionFileTest)
#include "session_file_test.moc"
