// The numbers of reslens-cli inspect: each agrees with the dumped tensors, the exact parts sum to their wholes, and
// options that make no sense are refused.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

namespace {

double dot(const std::vector<float> &a, const std::vector<float> &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += double(a[i]) * b[i];
    return sum;
}

bool isNear(const QJsonValue &found, double expected, double tolerance = 1e-5)
{
    return found.isDouble() && std::abs(found.toDouble() - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

} // namespace

class InspectNumbersTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("resnet.safetensors"), "resnet8"));
        QVERIFY(writeSmallCheckpoint(path("projections.safetensors"), "resnet8_b"));
        QVERIFY(writeSmallCheckpoint(path("plain.safetensors"), "plain8"));
        QVERIFY(image::writeNpy(path("input.npy").toStdString(), nn::generateInput({1, 3, 32, 32})));
        const CliAnswer answer = inspect("resnet.safetensors", {"--dump", path("dump"), "--details"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        m_json = answer.json();
    }

    void forward_numbers_are_those_of_the_dumped_tensors()
    {
        for (const QJsonValue &block : m_json["blocks"].toArray()) {
            const std::string name = block["name"].toString().toStdString();
            const auto s = dumped(name + ".s"), F = dumped(name + ".F"), u = dumped(name + ".u");
            const QJsonValue forward = block["forward"];
            for (const char *tensor : {"x", "s", "F", "u", "y"}) {
                const auto values = dumped(name + "." + tensor);
                QVERIFY(isNear(forward[QStringLiteral("norm_") + tensor], std::sqrt(dot(values, values))));
                QVERIFY(isNear(forward[QStringLiteral("rms_") + tensor],
                               std::sqrt(dot(values, values) / double(values.size()))));
            }
            QVERIFY(isNear(forward["skip_share"], dot(s, u) / dot(u, u)));
            QVERIFY(isNear(forward["branch_share"], dot(F, u) / dot(u, u)));
            QVERIFY(isNear(forward["residual_ratio"], std::sqrt(dot(F, F) / dot(s, s))));
            QVERIFY(isNear(forward["alignment"], dot(s, F) / std::sqrt(dot(s, s) * dot(F, F))));
            const auto clipped = std::count_if(u.begin(), u.end(), [](float value) { return value <= 0; });
            QVERIFY(isNear(forward["clipped"], double(clipped) / double(u.size())));
            for (const QString change : {"write", "erase", "kill"}) {
                QCOMPARE(forward["norm_" + change], forward[change]); // its name in the previous release
                const double norm = forward["norm_x"].toDouble();
                QVERIFY(isNear(forward[change + "_ratio"], norm > 0 ? forward[change].toDouble() / norm : 0));
            }
            QCOMPARE(forward["rescale"].toDouble(), 0.0); // alpha is 1
        }
    }

    void gradient_numbers_are_those_of_the_dumped_tensors()
    {
        for (const QJsonValue &block : m_json["blocks"].toArray()) {
            const std::string name = block["name"].toString().toStdString();
            const auto gy = dumped(name + ".gy"), gs = dumped(name + ".gs"), gF = dumped(name + ".gF"),
                       gx = dumped(name + ".gx");
            const QJsonValue gradient = block["gradient"];
            QVERIFY(isNear(gradient["norm_gx"], std::sqrt(dot(gx, gx))));
            auto gu = gy; // g_y through the ReLU
            const auto u = dumped(name + ".u");
            for (std::size_t i = 0; i < gu.size(); ++i)
                gu[i] = u[i] > 0 ? gu[i] : 0;
            QVERIFY(isNear(gradient["norm_gu"], std::sqrt(dot(gu, gu))));
            QVERIFY(isNear(gradient["rms_gu"], std::sqrt(dot(gu, gu) / double(gu.size()))));
            QVERIFY(isNear(gradient["skip_share"], dot(gs, gx) / dot(gx, gx)));
            QVERIFY(isNear(gradient["branch_share"], dot(gF, gx) / dot(gx, gx)));
            QVERIFY(isNear(gradient["gain"], std::sqrt(dot(gx, gx) / dot(gy, gy))));
            QVERIFY(isNear(gradient["cosine"], dot(gs, gF) / std::sqrt(dot(gs, gs) * dot(gF, gF))));
            QCOMPARE(gradient["angle"], gradient["cosine"]); // its name in the previous release
            const double rmsGain = gradient["rms_gx"].toDouble() / gradient["rms_gy"].toDouble();
            QVERIFY(isNear(gradient["log_gain"], std::log2(rmsGain)));
        }
    }

    void every_parameter_has_a_gradient_of_its_own_shape()
    {
        QStringList trained;
        for (const nn::ParameterSpec &spec : nn::parametersOf(smallNetwork()))
            if (spec.isTrained)
                trained << QString::fromStdString(spec.name);
        const QJsonArray parameters = m_json["parameters"].toArray();
        QCOMPARE(parameters.size(), trained.size());
        for (qsizetype i = 0; i < parameters.size(); ++i) {
            const QJsonValue parameter = parameters[i];
            QCOMPARE(parameter["name"].toString(), trained[i]);
            const auto file =
                image::readNpyArray(path("dump").toStdString() + "/grad." + trained[i].toStdString() + ".npy");
            QVERIFY(file);
            QCOMPARE(qsizetype(file->shape.size()), parameter["shape"].toArray().size());
            QVERIFY(isNear(parameter["grad_norm"], std::sqrt(dot(file->values, file->values))));
            QVERIFY(parameter["norm"].toDouble() > 0);
        }
        const auto input = dumped("input_gradient");
        QCOMPARE(input.size(), std::size_t(3 * 32 * 32));
        QVERIFY(isNear(m_json["input_gradient_norm"], std::sqrt(dot(input, input))));
    }

    void the_ledger_sums_to_the_logit_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("options");
        QTest::newRow("top class") << "resnet.safetensors" << QStringList{};
        QTest::newRow("projections") << "projections.safetensors" << QStringList{"--target", "3"};
        QTest::newRow("difference") << "projections.safetensors"
                                    << QStringList{"--objective", "diff", "--target", "1", "--against", "class 2"};
        QTest::newRow("scaled") << "projections.safetensors" << QStringList{"--scale", "1:0.5:2,layer3.0:1.5:0"};
    }
    void the_ledger_sums_to_the_logit()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, options);
        const CliAnswer answer = inspect(model, options);
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        const QJsonValue ledger = json["ledger"];
        double sum = ledger["bias"].toDouble() + ledger["stem"].toDouble() + ledger["projections"].toDouble();
        for (const QJsonValue &block : json["blocks"].toArray())
            sum += block["ledger"].toDouble();
        QVERIFY2(isNear(ledger["sum"], sum, 1e-9), answer.out);
        QVERIFY2(isNear(ledger["logit"], sum, 1e-4), answer.out);
        QVERIFY(ledger["residual"].toDouble(1) <= 1e-4);
        if (model == "projections.safetensors")
            QVERIFY(ledger["projections"].toDouble() != 0);
    }

    void gradients_by_path_length_sum_to_the_gradient()
    {
        const QJsonValue paths = m_json["paths"];
        QCOMPARE(paths["norm"].toArray().size(), 4); // none, one, two, three branches
        QVERIFY(isNear(paths["log10_count"][1], std::log10(3.0)));
        QVERIFY(paths["residual"].toDouble(1) <= 1e-4);
        double squares = 0; // of the sum, from the products
        for (const QJsonValue &row : paths["gram"].toArray())
            for (const QJsonValue &product : row.toArray())
                squares += product.toDouble();
        QVERIFY(isNear(m_json["blocks"][0]["gradient"]["norm_gx"], std::sqrt(squares), 1e-4));
    }

    void the_objective_is_what_was_asked_for_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("kind");
        QTest::newRow("default") << QStringList{} << "logp";
        QTest::newRow("logit") << QStringList{"--objective", "logit", "--target", "4"} << "logit";
        QTest::newRow("prob") << QStringList{"--objective", "prob", "--target", "CLASS 4"} << "prob";
        QTest::newRow("diff") << QStringList{"--objective", "diff", "--target", "4", "--against", "0"} << "diff";
    }
    void the_objective_is_what_was_asked_for()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, kind);
        const CliAnswer answer = inspect("resnet.safetensors", options);
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        const QJsonValue objective = json["objective"];
        QCOMPARE(objective["kind"].toString(), kind);
        const int target = options.isEmpty() ? json["top"][0]["index"].toInt() : 4;
        QCOMPARE(objective["target"]["index"].toInt(), target);
        QCOMPARE(objective["target"]["label"].toString(), QStringLiteral("class %1").arg(target));
        const auto x = dumped("logits");
        double sum = 0;
        for (const float logit : x)
            sum += std::exp(double(logit));
        const double logit = x[std::size_t(target)], p = std::exp(logit) / sum;
        const double expected = kind == "logit"  ? logit
                                : kind == "prob" ? p
                                : kind == "diff" ? logit - x[0]
                                                 : std::log(p);
        QVERIFY2(isNear(objective["value"], expected), answer.out);
    }

    void scaled_blocks_are_scaled()
    {
        const CliAnswer answer = inspect("resnet.safetensors", {"--scale", "layer2.0:1:0", "--scale", "2:0:1"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray blocks = answer.json()["blocks"].toArray();
        QCOMPARE(blocks[1]["scale"].toObject(), (QJsonObject{{"alpha", 1}, {"beta", 0}}));
        QCOMPARE(blocks[1]["forward"]["branch_share"].toDouble(1), 0.0);
        QVERIFY(isNear(blocks[1]["forward"]["skip_share"], 1));
        QCOMPARE(blocks[1]["gradient"]["norm_gF"].toDouble(1), 0.0);
        QVERIFY(isNear(blocks[2]["forward"]["branch_share"], 1));
        QCOMPARE(blocks[2]["gradient"]["norm_gs"].toDouble(1), 0.0);
        const CliAnswer plain = inspect("resnet.safetensors", {"--scale", "all:0:1"});
        for (const QJsonValue &block : plain.json()["blocks"].toArray())
            QCOMPARE(block["forward"]["skip_share"].toDouble(1), 0.0);
    }

    void a_plain_network_has_no_ledger_and_says_what_is_not_defined()
    {
        const CliAnswer answer = inspect("plain.safetensors", {"--arch", "plain8", "--dump", path("plain")});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QVERIFY(json["ledger"].isNull() && json["paths"].isNull());
        const QJsonValue block = json["blocks"][0];
        QVERIFY(block["forward"]["undefined"].toArray().contains("alignment"));
        QCOMPARE(block["forward"]["branch_share"].toDouble(), 1.0);
        QVERIFY(QFile::exists(path("plain/layer1.0.gF.npy")) && !QFile::exists(path("plain/layer1.0.gs.npy")));
    }

    void details_are_there_when_asked_for()
    {
        const QJsonValue block = m_json["blocks"][2];
        QCOMPARE(block["channels"]["branch_share"].toArray().size(), 64);
        QVERIFY(m_json["parameters"][0]["histogram"]["counts"].isArray());
        const QJsonObject without = inspect("resnet.safetensors", {}).json();
        QVERIFY(without["blocks"][2]["channels"].isUndefined());
        QCOMPARE(without["responses"].toArray().size(), 7); // the stem's and two in each of three blocks
    }

    void text_has_a_line_for_each_block_and_the_ledger()
    {
        const CliAnswer answer =
            runCli({"inspect", path("input.npy"), "--model", path("resnet.safetensors"), "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        for (const char *block : {"layer1.0", "layer2.0", "layer3.0"})
            QCOMPARE(answer.out.count(QByteArray("\n") + block), 2); // forward, backward
        QVERIFY2(answer.out.contains("J = log p of 'class ") && answer.out.contains("ledger: bias"), answer.out);
    }

    void options_that_make_no_sense_are_refused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, QStringList options, int exitCode, const char *says) {
            QTest::newRow(name) << std::move(options) << exitCode << QByteArray(says);
        };
        row("unknown class", {"--target", "zebra"}, 1, "zebra");
        row("class out of range", {"--target", "10"}, 1, "class '10'");
        row("negative class", {"--target", "-1"}, 1, "class '-1'");
        row("empty class", {"--target", ""}, 1, "class ''");
        row("unknown objective", {"--objective", "loss"}, 2, "loss");
        row("diff without a second class", {"--objective", "diff"}, 2, "--against");
        row("second class without diff", {"--against", "1"}, 2, "--against");
        row("difference with itself", {"--objective", "diff", "--target", "1", "--against", "1"}, 1, "itself");
        row("unknown block", {"--scale", "layer9.0:1:1"}, 1, "layer9.0");
        row("block out of range", {"--scale", "3:1:1"}, 1, "block '3'");
        row("alpha NaN", {"--scale", "0:nan:1"}, 2, "finite");
        row("beta infinite", {"--scale", "0:1:inf"}, 2, "finite");
        row("beta too large for fp32", {"--scale", "0:1:1e39"}, 2, "finite");
        row("one number", {"--scale", "0:1"}, 2, "BLOCK:ALPHA:BETA");
        row("four parts", {"--scale", "0:1:1:1"}, 2, "BLOCK:ALPHA:BETA");
        row("no block", {"--scale", ":1:1"}, 2, "BLOCK:ALPHA:BETA");
    }
    void options_that_make_no_sense_are_refused()
    {
        QFETCH(QStringList, options);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, says);
        const CliAnswer answer = inspect("resnet.safetensors", options);
        QVERIFY2(answer.exitCode == exitCode, answer.text());
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains(says), answer.text());
        QCOMPARE(answer.out, QByteArray());
    }

    void a_plain_network_has_no_skips_to_scale()
    {
        const CliAnswer answer = inspect("plain.safetensors", {"--arch", "plain8", "--scale", "0:1:0"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("plain"), answer.text());
    }

    void a_dead_block_is_flagged_and_spreads_no_nan()
    {
        nn::Parameters parameters = nn::generateParameters(smallNetwork());
        parameters["layer1.0.bn2.bias"] = storeFloats({16}, std::vector<float>(16, -1000.0f));
        QVERIFY(writeCheckpoint(path("dead.safetensors"), parameters));
        const CliAnswer answer = inspect("dead.safetensors", {});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray blocks = answer.json()["blocks"].toArray();
        QCOMPARE(blocks[0]["forward"]["dead"].toBool(), true);
        QCOMPARE(blocks[0]["gradient"]["norm_gx"].toDouble(1), 0.0);
        QVERIFY(blocks[0]["gradient"]["undefined"].toArray().contains("skip_share"));
        QVERIFY(blocks[1]["forward"]["dead"].isUndefined());
        for (const QJsonValue &block : blocks)
            QVERIFY2(block["forward"]["complaint"].isUndefined() && block["forward"]["norm_u"].isDouble(), answer.out);
    }

    void weights_that_are_not_finite_are_flagged_by_block()
    {
        nn::Parameters parameters = nn::generateParameters(smallNetwork());
        parameters["layer2.0.bn2.weight"] = storeFloats({32}, std::vector<float>(32, HUGE_VALF));
        QVERIFY(writeCheckpoint(path("infinite.safetensors"), parameters));
        const CliAnswer answer = inspect("infinite.safetensors", {});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray blocks = answer.json()["blocks"].toArray();
        QVERIFY(blocks[0]["forward"]["complaint"].isUndefined());
        QVERIFY2(blocks[1]["forward"]["complaint"].toString().contains("F"), answer.out);
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    CliAnswer inspect(const QString &model, const QStringList &options) const
    {
        return runCli(QStringList{"inspect", path("input.npy"), "--model", path(model), "--json", "--quiet"} + options);
    }

    std::vector<float> dumped(const std::string &name) const
    {
        const auto array = image::readNpyArray(path("dump").toStdString() + "/" + name + ".npy");
        return array ? array->values : std::vector<float>();
    }

    QTemporaryDir m_folder;
    QJsonObject m_json;
};

QTEST_GUILESS_MAIN(InspectNumbersTest)
#include "inspect_numbers_test.moc"
