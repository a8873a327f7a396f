// Everything that comes with the program is complete and correct: labels, samples, icon, the published models' table.
#include "image/decode.h"
#include "nn/resnet.h"
#include "zoo/catalogue.h"
#include "zoo/embedded.h"
#include "zoo/labels.h"

#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

using namespace reslens;

class ZooTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path written(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath("labels.txt"));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
        return file.fileName().toStdString();
    }

private slots:
    void imagenet_has_a_thousand_names()
    {
        const std::vector<std::string> &labels = zoo::imagenetLabels();
        QCOMPARE(labels.size(), std::size_t(1000));
        QCOMPARE(labels[0], std::string("tench"));
        QCOMPARE(labels[207], std::string("golden retriever"));
        QCOMPARE(labels[999], std::string("toilet tissue"));
    }

    void published_parameter_counts_and_macs_are_those_of_our_networks_data()
    {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < zoo::publishedModels().size(); ++i)
            QTest::newRow(zoo::publishedModels()[i].fileName().c_str()) << int(i);
    }
    void published_parameter_counts_and_macs_are_those_of_our_networks()
    {
        QFETCH(int, row);
        const zoo::PublishedModel &published = zoo::publishedModels()[std::size_t(row)];
        const auto architecture = nn::architectureNamed(published.architecture);
        QVERIFY(architecture);
        const nn::Network network = nn::buildNetwork(*architecture);
        QCOMPARE(nn::parameterCount(network), std::int64_t(published.parameters));
        const double gmacs = double(nn::macs(network, {1, 3, 224, 224})) / 1e9;
        QVERIFY2(std::abs(gmacs - published.gmacs) < 0.0006, qPrintable(QString::number(gmacs)));
    }

    void a_published_file_is_known_by_its_name()
    {
        QCOMPARE(zoo::publishedModels().size(), std::size_t(17));
        QCOMPARE(zoo::publishedAs("resnet50-11ad3fa6.pth")->weights, std::string_view("IMAGENET1K_V2"));
        QCOMPARE(zoo::publishedAs("resnet50-11ad3fa6 (1).safetensors")->resize, 232);
        QCOMPARE(zoo::publishedAs("wide_resnet50_2-95faca4d.pth")->architecture, std::string_view("wide_resnet50_2"));
        QVERIFY(!zoo::publishedAs("resnet50.pth"));
        QVERIFY(!zoo::publishedAs("resnet50-00000000.pth"));
        QCOMPARE(zoo::firstPublished("resnext101_64x4d")->resize, 232);
        QVERIFY(!zoo::firstPublished("resnet20"));
    }

    void every_sample_is_a_picture_of_640_by_480_in_the_program()
    {
        QVERIFY(zoo::samples().size() >= 6);
        for (const zoo::Sample &sample : zoo::samples()) {
            QVERIFY(!sample.title.empty());
            const auto picture = image::decodeFile(QString::fromStdString(sample.path));
            QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
            QCOMPARE(picture->size(), QSize(640, 480));
            QVERIFY2(QFile(QString::fromStdString(sample.path)).size() <= 120'000, sample.name.c_str());
        }
    }

    void the_icon_is_in_the_program()
    {
        const QImage icon(QString(zoo::kResourceRoot) + "icons/reslens.png");
        QCOMPARE(icon.size(), QSize(256, 256));
        QVERIFY(icon.hasAlphaChannel());
        QVERIFY(!zoo::resourceBytes("icons/reslens.svg").empty());
    }

    void labels_are_read_one_a_line()
    {
        const auto labels = zoo::readLabels(written("\xEF\xBB\xBFtench\r\ngreat white shark\n  Bl\xC3\xBCte \n\n\n"));
        QVERIFY(labels);
        QCOMPARE(*labels, (std::vector<std::string>{"tench", "great white shark", "Bl\xC3\xBCte"}));
    }

    void labels_are_read_in_every_form_that_people_have_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
        row("names", "tench\nhouse, mouse\nit's\n");
        row("number before", "0 tench\n1 house, mouse\n2 it's\n");
        row("number from 1", "1. tench\n2. house, mouse\n3. it's\n");
        row("CSV", "0,tench\r\n1,\"house, mouse\"\r\n2,it's\r\n");
        row("CSV with a heading, in another order", "id,name\n2,it's\n0,tench\n1,\"house, mouse\"\n");
        row("number behind", "tench;0\nhouse, mouse;1\nit's;2\n");
        row("WordNet", "n01440764 tench\nn01443537 house, mouse\nn01484850 it's\n");
        row("JSON array", R"(["tench", "house, mouse", "it's"])");
        row("JSON by number", R"({"0": "tench", "1": "house, mouse", "2": "it's"})");
        row("JSON with WordNet", R"({"0": ["n01", "tench"], "1": ["n02", "house, mouse"], "2": ["n03", "it's"]})");
        row("JSON by name", R"({"it's": 2, "tench": 0, "house, mouse": 1})");
        row("config.json", R"({"model_type": "resnet", "id2label": {"0": "tench", "1": "house, mouse", "2": "it's"}})");
        row("Python", "{0: 'tench',\n 1: 'house, mouse',\n 2: \"it's\"}\n");
        row("Python on one line", "{0: 'tench', 1: 'house, mouse', 2: 'it\\'s'}");
        QByteArray utf16("\xFF\xFE");
        for (const char c : QByteArrayView("tench\nhouse, mouse\nit's\n"))
            utf16.append(c).append('\0');
        row("UTF-16", utf16);
    }

    void labels_are_read_in_every_form_that_people_have()
    {
        QFETCH(QByteArray, bytes);
        const auto labels = zoo::readLabels(written(bytes));
        QVERIFY2(labels, labels ? "" : labels.error().message().c_str());
        QCOMPARE(*labels, (std::vector<std::string>{"tench", "house, mouse", "it's"}));
    }

    void numbers_that_do_not_count_belong_to_the_names()
    {
        QCOMPARE(zoo::readLabels(written("50 euro\n100 euro\n")).value(),
                 (std::vector<std::string>{"50 euro", "100 euro"}));
    }

    void labels_that_are_none_are_refused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("problem");
        QTest::newRow("empty") << QByteArray() << "is empty, expected a class name on each line";
        QTest::newRow("a gap") << QByteArray("cat\n\ndog\n") << "line 2 is empty, expected a class name on each line";
        QTest::newRow("Latin-1") << QByteArray("cat\nBl\xFCte\n") << "line 2 is not text in UTF-8";
        QTest::newRow("binary") << QByteArray("cat\0dog", 7) << "line 1 is not text in UTF-8";
        QTest::newRow("a long line") << QByteArray(513, 'x')
                                     << "the name of class 0 has 513 bytes; at most 512 are accepted";
        QTest::newRow("JSON that is none") << QByteArray("[\"cat\", 3]") << "element 1 of the JSON array is no name";
        QTest::newRow("a missing number") << QByteArray(R"({"0": "cat", "2": "fox"})") << "does not name class 1";
        QTest::newRow("a number twice") << QByteArray(R"({"cat": 0, "dog": 0})") << "names class 0 twice";
        QTest::newRow("no number") << QByteArray(R"({"cat": "dog"})") << "the JSON entry 'cat' is no number and name";
        QTest::newRow("damaged JSON") << QByteArray(R"({"0": "cat")")
                                      << "begins like JSON or a Python dictionary, but is neither: unterminated string";
        QTest::newRow("a large file") << QByteArray((4 << 20) + 1, 'x')
                                      << "has 4194305 bytes; at most 4194304 are accepted for class names";
    }
    void labels_that_are_none_are_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, problem);
        const std::filesystem::path path = written(bytes);
        const auto labels = zoo::readLabels(path);
        QVERIFY(!labels);
        QCOMPARE(QString::fromStdString(labels.error().message()),
                 QString::fromStdString(path.string()) + ": " + problem);
    }

    void a_missing_label_file_is_refused()
    {
        QCOMPARE(zoo::readLabels("/nowhere/labels.txt").error().message(),
                 std::string("/nowhere/labels.txt: no such file"));
    }

    void every_embedded_file_is_listed_with_its_training()
    {
        const QStringList files =
            QDir(RESLENS_SOURCE_DIR "/resources/models").entryList({"*.safetensors"}, QDir::Files);
        const std::vector<zoo::EmbeddedModel> models = zoo::embeddedModels();
        QCOMPARE(models.size(), std::size_t(files.size()));
        for (const zoo::EmbeddedModel &model : models) {
            QVERIFY(files.contains(QString::fromStdString(model.name) + ".safetensors"));
            QVERIFY(zoo::isEmbedded(model.name));
            QVERIFY(nn::architectureNamed(model.architecture));
            QVERIFY2(model.description.find("% of the test images right") != std::string::npos,
                     model.description.c_str());
        }
        QVERIFY(!zoo::isEmbedded("../labels/imagenet.txt"));
    }
};

QTEST_GUILESS_MAIN(ZooTest)
#include "zoo_test.moc"
