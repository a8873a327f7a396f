// reslens-cli inspect: the blocks as JSON, and the tensors as .npy files that obey the identities of a residual block.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"
#include "support/compare.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace reslens;
using namespace reslens::test;

class InspectCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("resnet.safetensors"), "resnet8"));
        QVERIFY(writeSmallCheckpoint(path("plain.safetensors"), "plain8"));
        QVERIFY(image::writeNpy(path("input.npy").toStdString(), nn::generateInput({1, 3, 32, 32})));
        m_answer = runCli(
            {"inspect", path("input.npy"), "--model", path("resnet.safetensors"), "--json", "--dump", path("dump")});
        QVERIFY2(m_answer.exitCode == 0, m_answer.text());
    }

    void json_lists_the_blocks_of_the_network()
    {
        const QJsonObject json = m_answer.json();
        for (const char *key : {"model", "device", "image", "top", "blocks"})
            QVERIFY2(json.contains(key), key);
        const nn::Network network = smallNetwork();
        const QJsonArray blocks = json["blocks"].toArray();
        QCOMPARE(std::size_t(blocks.size()), network.blocks.size());
        for (std::size_t i = 0; i < network.blocks.size(); ++i) {
            QCOMPARE(blocks[i]["name"].toString().toStdString(), network.blocks[i].name);
            QCOMPARE(blocks[i]["stage"].toInt(), network.blocks[i].stage);
            QCOMPARE(blocks[i]["identity"].toBool(), network.blocks[i].identity);
        }
        QCOMPARE(blocks.last()["shape"].toArray(), (QJsonArray{64, 8, 8}));
    }

    void dump_has_every_tensor_of_every_block()
    {
        QStringList expected{"cam.npy",    "input.npy",    "input_gradient.npy",
                             "logits.npy", "saliency.npy", "stem.ledger.npy"};
        for (const nn::Block &block : smallNetwork().blocks)
            for (const char *tensor :
                 {"x", "s", "F", "u", "y", "gx", "gs", "gF", "gy", "ledger", "map_s", "map_F", "map_u"})
                expected << QStringLiteral("%1.%2.npy").arg(QString::fromStdString(block.name), tensor);
        for (const nn::ParameterSpec &spec : nn::parametersOf(smallNetwork()))
            if (spec.isTrained)
                expected << QStringLiteral("grad.%1.npy").arg(QString::fromStdString(spec.name));
        expected.sort();
        QStringList found = QDir(path("dump")).entryList(QDir::Files);
        found.sort();
        QCOMPARE(found, expected);
    }

    void dumped_blocks_add_up()
    {
        for (const nn::Block &block : smallNetwork().blocks) {
            const Tensor s = dumped(block.name + ".s"), F = dumped(block.name + ".F");
            Tensor u = s, y = s;
            for (std::size_t i = 0; i < u.values.size(); ++i) {
                u.values[i] += F.values[i];
                y.values[i] = std::max(u.values[i], 0.0f);
            }
            QVERIFY2(relativeError(dumped(block.name + ".u"), u) < 1e-6, worst(dumped(block.name + ".u"), u));
            QVERIFY2(relativeError(dumped(block.name + ".y"), y) < 1e-6, worst(dumped(block.name + ".y"), y));
            if (block.identity)
                QCOMPARE(relativeError(s, dumped(block.name + ".x")), 0.0);
        }
    }

    void each_block_begins_with_the_output_of_the_one_before()
    {
        const nn::Network network = smallNetwork();
        for (std::size_t i = 1; i < network.blocks.size(); ++i)
            QCOMPARE(relativeError(dumped(network.blocks[i].name + ".x"), dumped(network.blocks[i - 1].name + ".y")),
                     0.0);
    }

    void dumped_input_and_logits_are_those_of_the_answer()
    {
        QCOMPARE(relativeError(dumped("input"), nn::generateInput({1, 3, 32, 32})), 0.0);
        const auto logits = image::readNpyArray((path("dump") + "/logits.npy").toStdString());
        QVERIFY(logits.has_value());
        const QJsonValue best = m_answer.json()["top"][0];
        QCOMPARE(logits->values.size(), std::size_t(10));
        QCOMPARE(logits->values[std::size_t(best["index"].toInt())], float(best["logit"].toDouble()));
    }

    void a_network_that_is_said_to_be_plain_has_no_shortcut_to_dump()
    {
        const CliAnswer answer = runCli({"inspect", path("input.npy"), "--model", path("plain.safetensors"), "--arch",
                                         "plain8", "--dump", path("plain")});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY(QFile::exists(path("plain/layer1.0.F.npy")));
        QVERIFY(!QFile::exists(path("plain/layer1.0.s.npy")));
    }

    void a_file_of_several_inputs_is_refused()
    {
        QVERIFY(image::writeNpy(path("two.npy").toStdString(), nn::generateInput({2, 3, 32, 32})));
        const CliAnswer answer = runCli({"inspect", path("two.npy"), "--model", path("resnet.safetensors"), "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("2 inputs"), answer.text());
    }

    void a_dump_that_cannot_be_written_is_one_error()
    {
        QVERIFY(writeBytes(path("file"), "in the way"));
        const CliAnswer answer = runCli(
            {"inspect", path("input.npy"), "--model", path("resnet.safetensors"), "--dump", path("file/x"), "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("file"), answer.text());
        QCOMPARE(answer.out, QByteArray());
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    /// Reads (1,C,H,W) from a dumped file. Returns an empty tensor if it cannot, which no comparison accepts.
    Tensor dumped(const std::string &name) const
    {
        const auto array = image::readNpyArray(path("dump").toStdString() + "/" + name + ".npy");
        if (!array || array->shape.size() != 4)
            return Tensor(Shape{0, 0, 0, 0});
        Tensor tensor;
        tensor.shape = {int(array->shape[0]), int(array->shape[1]), int(array->shape[2]), int(array->shape[3])};
        tensor.values = array->values;
        return tensor;
    }

    QTemporaryDir m_folder;
    CliAnswer m_answer;
};

QTEST_GUILESS_MAIN(InspectCommandTest)
#include "inspect_command_test.moc"
