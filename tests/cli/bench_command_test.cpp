// reslens-cli bench: its answer is complete, and the accounts of layers, stages and kernels agree. No test depends on
// the machine's speed.
#include "cli/cli_process.h"
#include "cli/test_files.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

double total(const QJsonValue &rows, const char *key)
{
    double sum = 0;
    for (const QJsonValue &row : rows.toArray())
        sum += row[key].toDouble();
    return sum;
}

QJsonValue rowOf(const QJsonValue &rows, const char *key, const QString &name)
{
    for (const QJsonValue &row : rows.toArray())
        if (row[key].toString() == name)
            return row;
    return {};
}

} // namespace

class BenchCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(m_model));
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "3", "--batch", "2", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        m_json = answer.json();
    }

    void a_pass_is_timed()
    {
        const QJsonValue forward = m_json["forward"];
        QVERIFY(forward["min_ms"].toDouble() > 0);
        QVERIFY(forward["median_ms"].toDouble() >= forward["min_ms"].toDouble());
        QVERIFY(forward["wall_median_ms"].toDouble() >= forward["min_ms"].toDouble());
        QCOMPARE(m_json["batch"].toInt(), 2);
        QVERIFY(m_json["memory_bytes"].toInteger() > 0);
    }

    void every_part_of_the_network_has_its_share()
    {
        QStringList stages;
        for (const QJsonValue &stage : m_json["stages"].toArray())
            stages << stage["stage"].toString();
        stages.sort();
        QCOMPARE(stages, (QStringList{"head", "stage 1", "stage 2", "stage 3", "stem"}));
    }

    void layers_stages_and_kernels_account_for_the_same_work()
    {
        const double macs = double(nn::macs(smallNetwork(), {2, 3, 32, 32}));
        const double ms = total(m_json["layers"], "ms");
        QVERIFY(ms > 0);
        for (const char *account : {"layers", "stages", "kernels"}) {
            QCOMPARE(total(m_json[account], "macs"), macs);
            QVERIFY2(std::abs(total(m_json[account], "ms") - ms) < 1e-6 * ms, account);
        }
        QCOMPARE(m_json["macs"].toDouble(), macs);
    }

    void a_layer_moves_its_inputs_its_weights_and_its_output()
    {
        // 16 channels of 32x32 in and out, in fast mode with batch norm and ReLU: 3x3 weights and a bias.
        const QJsonValue first = rowOf(m_json["layers"], "layer", "layer1.0.conv1");
        const double floats = 2 * 2 * 16 * 32 * 32 + 16 * 16 * 9 + 16;
        QCOMPARE(first["bytes"].toDouble(), 4 * floats);
        QCOMPARE(first["macs"].toDouble(), 2.0 * 32 * 32 * 16 * 16 * 9);
        QCOMPARE(first["intensity"].toDouble(), 2 * first["macs"].toDouble() / first["bytes"].toDouble());
        QCOMPARE(first["op"].toString(), "conv 3x3");
        QCOMPARE(first["stage"].toString(), "stage 1");
        QCOMPARE(first["input"].toArray(), (QJsonArray{2, 16, 32, 32}));
        // The second kernel includes the addition, and reads the skip for it.
        const QJsonValue second = rowOf(m_json["layers"], "layer", "layer1.0.conv2");
        QCOMPARE(second["bytes"].toDouble(), 4 * (floats + 2 * 16 * 32 * 32));
    }

    void speeds_are_held_against_the_measured_peak()
    {
        const double peak = QJsonValue(m_json["peak"])["gflops"].toDouble();
        QVERIFY(peak > 0);
        QVERIFY(QJsonValue(m_json["peak"])["memory_gb_s"].toDouble() > 0);
        QVERIFY(QJsonValue(m_json["peak"])["fetch_gb_s"].toDouble() > 0);
        for (const char *account : {"layers", "stages", "kernels"})
            for (const QJsonValue &row : m_json[account].toArray()) {
                const double gflops = 2 * row["macs"].toDouble() / row["ms"].toDouble() / 1e6;
                QCOMPARE(row["gflops"].toDouble(), gflops);
                QCOMPARE(row["peak_share"].toDouble(), gflops / peak);
            }
    }

    void variants_are_measured_when_asked_for_and_remembered()
    {
        const QTemporaryDir cache;
        const QByteArray before = qgetenv("RESLENS_CACHE");
        qputenv("RESLENS_CACHE", cache.path().toUtf8());
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "1", "--tune", "--backward", "--json"});
        before.isNull() ? qunsetenv("RESLENS_CACHE") : qputenv("RESLENS_CACHE", before);
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QStringList files = QDir(cache.path()).entryList({"kernels-*.txt"});
        QCOMPARE(files.size(), 1);
        QFile file(cache.filePath(files.first()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray choices = file.readAll();
        for (const char *shader : {"conv2d", "conv2d_backward_input", "conv2d_backward_weights"})
            QVERIFY2(choices.contains(QByteArray(shader) + " 3x3/1+1 16>16 g1 1x32x32\n"), shader);
    }

    void the_backward_pass_is_timed_when_asked_for()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "2", "--backward", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        for (const char *pass : {"backward", "forward_backward"}) {
            const QJsonValue times = answer.json()[pass];
            QVERIFY2(times["min_ms"].toDouble() > 0, pass);
            QVERIFY2(times["median_ms"].toDouble() >= times["min_ms"].toDouble(), pass);
        }
        QSet<QString> shaders; // kernels for gradients of inputs and of weights
        for (const QJsonValue &row : answer.json()["backward_kernels"].toArray())
            shaders << row["kernel"].toString().section(' ', 0, 0);
        QVERIFY2(shaders.contains("conv2d_backward_input") && shaders.contains("conv2d_backward_weights"),
                 answer.text());
        QVERIFY(!m_json.contains("backward"));
    }

    void fp16_weights_tell_what_they_change()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "1", "--half", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonValue rounding = answer.json()["fp16_weights"];
        QVERIFY2(rounding["logits_error"].toDouble() > 0 && rounding["logits_error"].toDouble() < 2e-3, answer.text());
        QVERIFY(rounding["largest_probability_difference"].toDouble() < 2e-3);
        QVERIFY(answer.json()["device"].toString().endsWith(", weights in fp16"));
        QVERIFY(!m_json.contains("fp16_weights"));
    }

    void fp16_weights_need_a_device_that_has_them()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--device", "cpu", "--half"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.err.contains("fp16 needs a Vulkan device"), answer.text());
        QCOMPARE(runCli({"selftest", "--model", m_model, "--half"}).exitCode, 2);
    }

    void the_pictures_have_the_size_that_is_asked_for()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "1", "--size", "48", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QCOMPARE(answer.json()["input"].toArray(), (QJsonArray{3, 48, 48}));
        QCOMPARE(answer.json()["macs"].toDouble(), double(nn::macs(smallNetwork(), {1, 3, 48, 48})));
    }

    void the_reference_is_timed_without_a_peak()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "1", "--device", "cpu", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QVERIFY(json["peak"].isNull());
        QVERIFY(json["layers"].toArray().first().toObject()["peak_share"].isNull());
        QCOMPARE(total(json["layers"], "macs"), double(nn::macs(smallNetwork(), {1, 3, 32, 32})));
    }

    void people_get_tables()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--runs", "1"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        for (const char *part :
             {"forward: median", "at its best", "by kernel", "by stage", "slowest layers", "of peak"})
            QVERIFY2(answer.out.contains(part), answer.text());
    }

private:
    QTemporaryDir m_folder;
    const QString m_model = m_folder.filePath("model.safetensors");
    QJsonObject m_json;
};

QTEST_GUILESS_MAIN(BenchCommandTest)
#include "bench_command_test.moc"
