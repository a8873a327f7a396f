// reslens-cli inspect --also: each analysis is in the JSON and among the files, and agrees with the blocks' numbers.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <numeric>

using namespace reslens;
using namespace reslens::test;

namespace {

double sumOf(const std::vector<float> &values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

bool isNear(double found, double expected, double tolerance = 1e-5)
{
    return std::abs(found - expected) <= tolerance * std::max(1e-3, std::abs(expected));
}

} // namespace

class InspectAlsoTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("resnet.safetensors"), "resnet8"));
        QVERIFY(writeSmallCheckpoint(path("plain.safetensors"), "plain8"));
        QVERIFY(image::writeNpy(path("input.npy").toStdString(), nn::generateInput({1, 3, 32, 32})));
        const CliAnswer answer = inspect({"--also", "all", "--dump", path("dump")});
        QVERIFY2(answer.exitCode == 0, answer.text());
        m_json = answer.json();
    }

    void maps_are_norms_over_channels()
    {
        for (const nn::Block &block : smallNetwork().blocks)
            for (const char *tensor : {"s", "F", "u"}) {
                const std::vector<float> values = dumped(block.name + "." + tensor),
                                         map = dumped(block.name + ".map_" + tensor);
                for (std::size_t i = 0; i < map.size(); ++i) {
                    double squares = 0;
                    for (std::size_t at = i; at < values.size(); at += map.size())
                        squares += double(values[at]) * values[at];
                    QVERIFY(isNear(map[i], std::sqrt(squares)));
                }
            }
    }

    void maps_of_the_ledger_sum_to_its_entries()
    {
        const QJsonArray blocks = m_json["blocks"].toArray();
        const nn::Network network = smallNetwork();
        for (std::size_t b = 0; b < network.blocks.size(); ++b)
            QVERIFY(
                isNear(sumOf(dumped(network.blocks[b].name + ".ledger")), blocks[qsizetype(b)]["ledger"].toDouble()));
        QVERIFY(isNear(sumOf(dumped("stem.ledger")), m_json["ledger"]["stem"].toDouble()));
    }

    void cam_and_saliency_are_always_given()
    {
        const CliAnswer answer = inspect({});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QCOMPARE(answer.json()["cam"], m_json["cam"]);
        QCOMPARE(answer.json()["saliency"], m_json["saliency"]);
        QVERIFY(answer.json()["lens"].isUndefined());
    }

    void the_cam_s_mean_and_the_bias_are_the_logit()
    {
        const std::vector<float> map = dumped("cam");
        const QJsonValue cam = m_json["cam"];
        QVERIFY(isNear(sumOf(map) / double(map.size()) + cam["bias"].toDouble(), cam["logit"].toDouble()));
        QVERIFY(isNear(cam["logit"].toDouble(), m_json["top"][0]["logit"].toDouble()));
        QVERIFY(cam["residual"].toDouble() <= 1e-4);
    }

    void saliency_is_the_largest_gradient_of_a_pixel()
    {
        const std::vector<float> gradient = dumped("input_gradient"), map = dumped("saliency");
        QCOMPARE(map.size(), std::size_t(32 * 32));
        for (std::size_t i = 0; i < map.size(); ++i)
            QCOMPARE(map[i], std::max({std::abs(gradient[i]), std::abs(gradient[i + map.size()]),
                                       std::abs(gradient[i + 2 * map.size()])}));
        const QJsonArray at = m_json["saliency"]["at"].toArray();
        QCOMPARE(map[std::size_t(at[0].toInt() * 32 + at[1].toInt())], *std::max_element(map.begin(), map.end()));
    }

    void the_last_depth_of_the_lens_is_the_answer()
    {
        const QJsonArray depths = m_json["lens"].toArray();
        QCOMPARE(std::size_t(depths.size()), smallNetwork().blocks.size() + 1);
        QCOMPARE(depths.first()["name"].toString(), QString("stem"));
        QCOMPARE(depths.last()["top"][0]["index"], m_json["top"][0]["index"]);
        QVERIFY(isNear(depths.last()["top"][0]["logit"].toDouble(), m_json["top"][0]["logit"].toDouble()));
    }

    void the_one_path_past_all_branches_is_that_of_length_0()
    {
        const QJsonArray lengths = m_json["sampled_paths"]["lengths"].toArray();
        QCOMPARE(lengths.size(), m_json["paths"]["norm"].toArray().size());
        QVERIFY(lengths.first()["complete"].toBool());
        QVERIFY(isNear(lengths.first()["mean"].toDouble(), m_json["paths"]["norm"][0].toDouble()));
        QVERIFY(isNear(lengths.last()["mean"].toDouble(), m_json["paths"]["norm"].toArray().last().toDouble()));
        QCOMPARE(m_json["sampled_paths"]["seed"].toInt(), 1);
    }

    void grad_cam_is_what_the_dumped_tensors_say()
    {
        const QJsonArray maps = m_json["grad_cam"].toArray();
        const nn::Network network = smallNetwork();
        for (std::size_t b = 0; b < network.blocks.size(); ++b) {
            const std::string name = network.blocks[b].name;
            QCOMPARE(maps[qsizetype(b)]["name"].toString().toStdString(), name);
            const std::vector<float> y = dumped(name + ".y"), gy = dumped(name + ".gy"),
                                     map = dumped(name + ".grad_cam");
            std::vector<double> expected(map.size());
            for (std::size_t channel = 0; channel < y.size(); channel += map.size()) {
                const double weight =
                    std::accumulate(&gy[channel], &gy[channel] + map.size(), 0.0) / double(map.size());
                for (std::size_t i = 0; i < map.size(); ++i)
                    expected[i] += weight * y[channel + i];
            }
            for (std::size_t i = 0; i < map.size(); ++i)
                QVERIFY(std::abs(map[i] - std::max(expected[i], 0.0)) <= 1e-6);
            QCOMPARE(maps[qsizetype(b)]["empty"].toBool(), sumOf(map) == 0);
        }
    }

    void smoothgrad_is_its_seed_s()
    {
        const auto with = [&](const char *seed) {
            return QJsonValue(inspect({"--also", "smoothgrad", "--seed", seed}).json());
        };
        const QJsonValue one = with("1"), two = with("2");
        QCOMPARE(one["smoothgrad"], m_json["smoothgrad"]);
        QVERIFY(two["smoothgrad"]["largest"] != one["smoothgrad"]["largest"]);
        QCOMPARE(two["smoothgrad"]["seed"].toInt(), 2);
        QCOMPARE(dumped("smoothgrad").size(), std::size_t(32 * 32));
        QCOMPARE(dumped("smoothgrad_gradient").size(), std::size_t(3 * 32 * 32));
    }

    void integrated_gradients_sum_to_the_change()
    {
        const QJsonValue found = m_json["integrated_gradients"];
        const double change = found["change"].toDouble();
        QVERIFY(isNear(change, m_json["objective"]["value"].toDouble() - found["baseline"].toDouble()));
        QVERIFY(isNear(sumOf(dumped("integrated_gradients")), change, 1e-4));
        QVERIFY(isNear(sumOf(dumped("integrated_gradients_map")), change, 1e-4));
        QVERIFY(found["residual"].toDouble() <= 1e-4);
        QVERIFY(found["passes"].toInt() >= 9);
        QCOMPARE(found["within_tolerance"].toBool(), found["uncertainty"].toDouble() <= 0.02);
    }

    void occlusion_has_a_number_for_every_square()
    {
        const QJsonValue found = m_json["occlusion"];
        QCOMPARE(found["patch"].toInt(), 4);
        const qsizetype rows = found["tops"].toArray().size(), columns = found["lefts"].toArray().size();
        QCOMPARE(found["tops"].toArray().last().toInt(), 32 - 4);
        const std::vector<float> map = dumped("occlusion");
        QCOMPARE(map.size(), std::size_t(rows * columns));
        QVERIFY(isNear(*std::max_element(map.begin(), map.end()), found["largest"].toDouble()));
    }

    void groups_of_a_resnext_have_shares_that_sum_to_1()
    {
        QVERIFY(writeSmallCheckpoint(path("resnext.safetensors"), "resnext50_32x4d"));
        const CliAnswer answer = inspect({"--model", path("resnext.safetensors"), "--also", "groups"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray blocks = answer.json()["groups"].toArray();
        QCOMPARE(blocks.size(), 16);
        for (const QJsonValue &block : blocks) {
            QCOMPARE(block["groups"].toArray().size(), 32);
            double shares = block["bias"]["share"].toDouble();
            for (const QJsonValue &group : block["groups"].toArray())
                shares += group["share"].toDouble();
            QVERIFY(isNear(shares, 1, 1e-4) && block["residual"].toDouble() <= 1e-4);
        }
    }

    void what_a_network_does_not_have_is_null_in_all_and_an_error_by_name()
    {
        QVERIFY(m_json["groups"].isNull());
        const QStringList plain{"--model", path("plain.safetensors"), "--arch", "plain8"};
        const CliAnswer all = inspect(plain + QStringList{"--also", "all"}),
                        lens = inspect(plain + QStringList{"--also", "lens"});
        QVERIFY2(all.exitCode == 0, all.text());
        QVERIFY(all.json()["lens"].isNull() && all.json()["sampled_paths"].isNull());
        QVERIFY(all.json()["grad_cam"].isArray());
        QCOMPARE(lens.exitCode, 1);
        QVERIFY2(lens.hasOneErrorLine() && lens.err.contains("plain"), lens.text());
    }

    void unknown_names_and_seeds_are_usage_errors()
    {
        const CliAnswer name = inspect({"--also", "lens,lenses"}), seed = inspect({"--seed", "one"});
        QCOMPARE(name.exitCode, 2);
        for (const char *part : {"lenses", "sampled-paths", "integrated-gradients", "all"})
            QVERIFY2(name.hasOneErrorLine() && name.err.contains(part), name.text());
        QCOMPARE(seed.exitCode, 2);
        QVERIFY2(seed.hasOneErrorLine() && seed.err.contains("--seed"), seed.text());
    }

    void the_text_has_a_line_for_each()
    {
        const CliAnswer answer = runCli({"inspect", path("input.npy"), "--model", path("resnet.safetensors"), "--also",
                                         "lens,occlusion", "--quiet"});
        QCOMPARE(answer.exitCode, 0);
        for (const char *part : {"CAM: ", "Saliency: ", "lens: ", "Occlusion: "})
            QVERIFY2(answer.out.contains(part), answer.text());
        QVERIFY(!answer.out.contains("SmoothGrad"));
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    CliAnswer inspect(const QStringList &options) const
    {
        QStringList arguments{"inspect", path("input.npy"), "--json", "--quiet"};
        if (!options.contains("--model"))
            arguments += {"--model", path("resnet.safetensors")};
        return runCli(arguments + options);
    }

    /// Returns nothing if there is no such file. No comparison accepts that.
    std::vector<float> dumped(const std::string &name) const
    {
        const auto array = image::readNpyArray(path("dump").toStdString() + "/" + name + ".npy");
        return array ? array->values : std::vector<float>{};
    }

    QTemporaryDir m_folder;
    QJsonValue m_json;
};

QTEST_GUILESS_MAIN(InspectAlsoTest)
#include "inspect_also_test.moc"
