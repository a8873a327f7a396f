// A scenario survives its file, and every error in a file is reported.
#include "session/scenario.h"

#include "nn/resnet.h"

#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::session;

namespace {

nn::Network network(const char *name = "resnet20")
{
    return nn::buildNetwork(*nn::architectureNamed(name));
}

QByteArray json(const QByteArray &blocks, const QByteArray &architecture = "resnet20")
{
    return R"({"format": "reslens scenario", "version": 1, "name": "test", "architecture": ")" + architecture +
           R"(", "blocks": )" + blocks + "}";
}

QByteArray complaint(const QByteArray &text)
{
    const Result<Scenario> read = scenarioFromJson(text, "file.json");
    return read ? QByteArray("no error") : QByteArray::fromStdString(read.error().message());
}

} // namespace

class ScenarioTest : public QObject {
    Q_OBJECT

private slots:
    void scales_survive_the_file_to_the_last_bit()
    {
        const nn::Network net = network();
        std::vector<nn::BlockScale> scales(net.blocks.size());
        scales[0] = {0.1f, 1.0f / 3};
        scales[4] = {-4, 4};
        scales[8] = {1, 0};
        const Scenario scenario = scenarioOf("mine", net, scales);
        QCOMPARE(scenario.scales.size(), std::size_t(3)); // only scales other than 1
        const QByteArray text = toJson(scenario);
        QVERIFY2(text.contains("\"alpha\": 0.1\n") || text.contains("\"alpha\": 0.1,"), text);
        const Result<Scenario> read = scenarioFromJson(text, "file.json");
        QVERIFY2(read, read ? "" : read.error().message().c_str());
        QVERIFY(*read == scenario);
        QVERIFY(*scalesFor(*read, net) == scales);
    }

    void a_scale_that_is_left_out_is_one()
    {
        const Result<Scenario> read = scenarioFromJson(json(R"({"layer2.1": {"beta": 0}})"), "file.json");
        QVERIFY(read);
        const auto scales = scalesFor(*read, network());
        QVERIFY(scales);
        QVERIFY((*scales)[4] == (nn::BlockScale{1, 0}));
        QVERIFY((*scales)[3] == nn::BlockScale{});
    }

    void what_is_malformed_is_said_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no JSON") << QByteArray("alpha = 1") << QByteArray("is not JSON");
        QTest::newRow("empty") << QByteArray() << QByteArray("is not JSON");
        QTest::newRow("other JSON") << QByteArray(R"({"a": 1})") << QByteArray("is no scenario");
        QTest::newRow("a list") << QByteArray("[1, 2]") << QByteArray("is no scenario");
        QTest::newRow("a newer version") << json("{}").replace("\"version\": 1", "\"version\": 2")
                                         << QByteArray("another version");
        QTest::newRow("no blocks") << json("[]") << QByteArray("needs an \"architecture\" and \"blocks\"");
        QTest::newRow("a block that is a number") << json(R"({"layer1.0": 3})") << QByteArray("block layer1.0 needs");
    }
    void what_is_malformed_is_said()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, words);
        const QByteArray said = complaint(text);
        QVERIFY2(said.startsWith("file.json: ") && said.contains(words), said);
    }

    void a_scale_must_be_a_number_within_the_limits_data()
    {
        QTest::addColumn<QByteArray>("value");
        for (const char *value : {"4.01", "-4.01", "1e300", "\"1\"", "null", "true", "[1]"})
            QTest::newRow(value) << QByteArray(value);
    }
    void a_scale_must_be_a_number_within_the_limits()
    {
        QFETCH(QByteArray, value);
        const QByteArray said = complaint(json(R"({"layer1.2": {"alpha": 1, "beta": )" + value + "}}"));
        QCOMPARE(said, QByteArray("file.json: beta of block layer1.2 must be a number from -4 to 4"));
    }

    void a_scale_that_is_not_finite_is_refused()
    {
        for (const char *value : {"1e999", "NaN", "-Infinity"})
            QVERIFY2(complaint(json(R"({"layer1.2": {"alpha": )" + QByteArray(value) + "}}")) != "no error", value);
    }

    void another_architecture_is_named()
    {
        const Result<Scenario> read = scenarioFromJson(json("{}", "resnet50"), "file.json");
        QVERIFY(read);
        const auto scales = scalesFor(*read, network());
        QVERIFY(!scales);
        QCOMPARE(scales.error().kind, ErrorKind::Mismatch);
        QVERIFY(scales.error().problem == "the scenario is for resnet50, the model is resnet20");
    }

    void an_unknown_block_is_named()
    {
        const Result<Scenario> read = scenarioFromJson(json(R"({"layer9.0": {"beta": 0}})"), "file.json");
        QVERIFY(read);
        const auto scales = scalesFor(*read, network());
        QVERIFY(!scales);
        QCOMPARE(scales.error().kind, ErrorKind::NotFound);
        QVERIFY2(scales.error().message().find("'layer9.0'") != std::string::npos, scales.error().message().c_str());
    }

    void files_that_cannot_be_read_or_are_far_too_large_are_refused()
    {
        QTemporaryDir folder;
        QCOMPARE(readScenario(folder.filePath("none.json").toStdString()).error().kind, ErrorKind::Io);
        QFile file(folder.filePath("large.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray((1 << 20) + 1, ' '));
        file.close();
        QCOMPARE(readScenario(file.fileName().toStdString()).error().kind, ErrorKind::Limit);
    }

    void usual_scenarios_cut_what_they_say()
    {
        const nn::Network net = network();
        const auto after = withoutBranchesAfter(net, 3), stage = withoutStage(net, 2), plain = withoutSkips(net);
        for (int b = 0; b < int(net.blocks.size()); ++b) {
            QCOMPARE(after[std::size_t(b)].beta, b > 3 ? 0.0f : 1.0f);
            QCOMPARE(stage[std::size_t(b)].beta, net.blocks[std::size_t(b)].stage == 2 ? 0.0f : 1.0f);
            QCOMPARE(plain[std::size_t(b)].alpha, 0.0f);
            QCOMPARE(plain[std::size_t(b)].beta, 1.0f);
        }
    }
};

QTEST_GUILESS_MAIN(ScenarioTest)
#include "scenario_test.moc"
