// Dropped files are told apart by content, not by name.
#include "session/intake.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace reslens::session;

namespace {

QString written(const QTemporaryDir &folder, const QString &name, const QByteArray &bytes)
{
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return file.fileName();
}

} // namespace

class IntakeTest : public QObject {
    Q_OBJECT

private slots:
    void the_kind_follows_the_content_data();
    void the_kind_follows_the_content();
    void a_missing_file_is_a_problem_by_name();
    void a_folder_gives_its_pictures_in_order();
    void a_folder_without_pictures_is_a_problem();
    void a_folder_of_a_model_is_a_checkpoint();
    void pictures_beyond_the_strip_are_counted();
    void remote_addresses_are_refused_because_there_is_no_network();
};

void IntakeTest::the_kind_follows_the_content_data()
{
    using namespace std::string_literals;
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *what, const QString &name, const QByteArray &bytes, FileKind kind) {
        QTest::newRow(what) << name << bytes << int(kind);
    };
    row("torch zip without an ending", "weights", QByteArray("PK\x03\x04 and more bytes", 18), FileKind::Checkpoint);
    row("legacy pickle called .jpg", "model.jpg", QByteArray("\x80\x02\x8a\x0al\xfc\x9c", 7), FileKind::Checkpoint);
    row("safetensors", "a.bin", QByteArray("\x40\0\0\0\0\0\0\0{\"w\":{}}", 16), FileKind::Checkpoint);
    row("text called .pth", "notes.pth", "hello", FileKind::Checkpoint);
    row("text called .jpg", "notes.jpg", "hello, world, this is text", FileKind::Picture);
    row("png", "a.png", "\x89PNG\r\n\x1a\n........", FileKind::Picture);
    row("empty", "a.jpg", "", FileKind::Empty);
}

void IntakeTest::the_kind_follows_the_content()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(int, kind);
    QTemporaryDir folder;
    QCOMPARE(int(kindOf(written(folder, name, bytes))), kind);
}

void IntakeTest::a_missing_file_is_a_problem_by_name()
{
    const Intake intake = sortPaths({"/nowhere/cat.jpg"});
    QCOMPARE(intake.problems, QStringList{"/nowhere/cat.jpg: no such file"});
    QVERIFY(intake.pictures.empty());
}

void IntakeTest::a_folder_gives_its_pictures_in_order()
{
    QTemporaryDir folder;
    written(folder, "b.png", "x");
    written(folder, "a.jpg", "x");
    written(folder, "notes.txt", "x");
    const Intake intake = sortPaths({folder.path()});
    QCOMPARE(intake.pictures.size(), std::size_t(2));
    QCOMPARE(intake.pictures[0].name, QString("a.jpg"));
    QCOMPARE(intake.pictures[1].name, QString("b.png"));
    QVERIFY(intake.problems.isEmpty());
}

void IntakeTest::a_folder_without_pictures_is_a_problem()
{
    QTemporaryDir folder;
    QCOMPARE(sortPaths({folder.path()}).problems, QStringList{folder.path() + ": no pictures in this folder"});
}

void IntakeTest::a_folder_of_a_model_is_a_checkpoint()
{
    QTemporaryDir folder;
    written(folder, "model-00001-of-00002.safetensors", "");
    QCOMPARE(kindOf(folder.path()), FileKind::Folder);
    const QString index = written(folder, "model.safetensors.index.json", "{}");
    QCOMPARE(kindOf(index), FileKind::Checkpoint);
    QCOMPARE(sortPaths({folder.path()}).checkpoints, QStringList{folder.path()});
}

void IntakeTest::pictures_beyond_the_strip_are_counted()
{
    QTemporaryDir folder;
    const QString path = written(folder, "a.png", "x");
    const Intake intake = sortPaths(QStringList(int(kMaxPictures) + 3, path));
    QCOMPARE(intake.pictures.size(), kMaxPictures);
    QCOMPARE(intake.leftOutPictures, 3);
}

void IntakeTest::remote_addresses_are_refused_because_there_is_no_network()
{
    const LocalFiles files = localFiles({QUrl("https://example.org/cat.jpg"), QUrl::fromLocalFile("/tmp/dog.jpg")});
    QCOMPARE(files.paths, QStringList{"/tmp/dog.jpg"});
    QVERIFY2(files.problem.contains("does not use the network"), qPrintable(files.problem));
    QVERIFY(files.problem.contains("https://example.org/cat.jpg"));
}

QTEST_GUILESS_MAIN(IntakeTest)
#include "intake_test.moc"
