// reslens-cli classify, from the command line to its JSON.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

namespace {

double topLogit(const QJsonValue &result)
{
    return result["top"][0]["logit"].toDouble();
}

} // namespace

class ClassifyCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(m_model));
        for (int i = 0; i < 3; ++i)
            QVERIFY(drawnPicture(40 + i, 36, i).save(picture(i)));
        QVERIFY(image::writeNpy(path("batch.npy").toStdString(), nn::generateInput({3, 3, 32, 32})));
    }

    void json_has_the_documented_fields()
    {
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QCOMPARE(answer.err, QByteArray());
        const QJsonObject json = answer.json();
        QCOMPARE(json.keys(), (QStringList{"device", "model", "results"}));
        QVERIFY(!json["device"].toString().isEmpty());
        QCOMPARE(json["results"].toArray().size(), 1);
        const QJsonObject result = json["results"][0].toObject();
        QCOMPARE(result.keys(), (QStringList{"image", "ms", "preprocess", "top"}));
        QCOMPARE(result["image"].toString(), picture(0));
        QVERIFY(result["ms"].toDouble() > 0);
        QCOMPARE(result["preprocess"]["crop"].toInt(), 32);
        QCOMPARE(result["preprocess"]["assumed"].toBool(), true);
        QCOMPARE(result["top"].toArray().size(), 5);
        QCOMPARE(result["top"][0].toObject().keys(), (QStringList{"index", "label", "logit", "probability"}));
    }

    void top_is_sorted_and_the_probabilities_of_all_classes_sum_to_one()
    {
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--json", "--top", "10"});
        const QJsonArray top = answer.json()["results"][0]["top"].toArray();
        QVERIFY2(top.size() == 10, answer.text());
        double sum = 0;
        for (int i = 0; i < 10; ++i) {
            sum += top[i]["probability"].toDouble();
            if (i > 0)
                QVERIFY(top[i]["logit"].toDouble() <= top[i - 1]["logit"].toDouble());
        }
        QVERIFY2(std::abs(sum - 1) < 1e-5, QByteArray::number(sum));
    }

    void several_pictures_are_answered_in_their_order_as_if_alone()
    {
        const CliAnswer together =
            runCli({"classify", picture(2), picture(0), picture(1), "--model", m_model, "--json"});
        QVERIFY2(together.exitCode == 0, together.text());
        const QJsonArray results = together.json()["results"].toArray();
        QCOMPARE(results.size(), 3);
        const int order[] = {2, 0, 1};
        for (int i = 0; i < 3; ++i) {
            const CliAnswer alone = runCli({"classify", picture(order[i]), "--model", m_model, "--json"});
            const QJsonValue expected = alone.json()["results"][0];
            QCOMPARE(results[i]["image"].toString(), picture(order[i]));
            QCOMPARE(results[i]["top"][0]["index"], expected["top"][0]["index"]);
            const double difference = topLogit(results[i]) - topLogit(expected);
            QVERIFY2(std::abs(difference) < 1e-4, QByteArray::number(difference));
        }
    }

    void more_pictures_than_fit_one_batch_are_all_answered()
    {
        QStringList arguments{"classify", "--model", m_model, "--json"};
        for (int i = 0; i < 70; ++i)
            arguments << picture(i % 3);
        const CliAnswer answer = runCli(arguments);
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray results = answer.json()["results"].toArray();
        QCOMPARE(results.size(), 70);
        for (int i = 0; i < 70; ++i)
            QCOMPARE(results[i]["image"].toString(), picture(i % 3));
    }

    void every_input_of_a_npy_file_is_answered_with_its_number()
    {
        const CliAnswer answer = runCli({"classify", path("batch.npy"), "--model", m_model, "--json"});
        const QJsonArray results = answer.json()["results"].toArray();
        QVERIFY2(results.size() == 3, answer.text());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(results[i]["item"].toInt(-1), i);
    }

    void a_failing_picture_is_one_error_line_and_the_others_are_answered()
    {
        const CliAnswer answer =
            runCli({"classify", picture(0), path("absent.png"), picture(1), "--model", m_model, "--json", "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("absent.png"), answer.text());
        const QJsonArray results = answer.json()["results"].toArray();
        QCOMPARE(results.size(), 2);
        QCOMPARE(results[1]["image"].toString(), picture(1));
    }

    void many_pictures_keep_their_order_around_one_that_cannot_be_decoded()
    {
        QVERIFY(writeBytes(path("broken.jpg"), QByteArray("\xFF\xD8\xFF\xE0 and then nothing", 20)));
        QStringList pictures;
        for (int i = 0; i < 300; ++i)
            pictures << (i == 150 ? path("broken.jpg") : picture(i % 3));
        const CliAnswer answer =
            runCli(QStringList{"classify", "--model", m_model, "--json", "--quiet", "--top", "1"} + pictures);
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("broken.jpg"), answer.text());
        pictures.removeAt(150);
        const QJsonArray results = answer.json()["results"].toArray();
        QCOMPARE(results.size(), pictures.size());
        for (qsizetype i = 0; i < pictures.size(); ++i)
            QCOMPARE(results[i]["image"].toString(), pictures[i]);
    }

    void a_long_answer_is_laid_out_as_any_other_json()
    {
        for (const QStringList &pictures : {QStringList{picture(0), picture(1)}, QStringList{path("absent.png")}}) {
            const CliAnswer answer = runCli(QStringList{"classify", "--model", m_model, "--json"} + pictures);
            const auto json = nlohmann::ordered_json::parse(answer.out.toStdString(), nullptr, false);
            QVERIFY2(json.is_object(), answer.text());
            QCOMPARE(answer.out.toStdString(), json.dump(2) + "\n");
        }
    }

    void a_label_is_printed_as_it_is()
    {
        QVERIFY(writeBytes(path("percent.txt"), QByteArray("100%3 of %4\n").repeated(10)));
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--labels", path("percent.txt")});
        QVERIFY2(answer.out.contains("%  100%3 of %4  (class "), answer.text());
    }

    void labels_of_a_file_are_shown()
    {
        QByteArray labels;
        for (int i = 0; i < 10; ++i)
            labels += "thing " + QByteArray::number(i) + "\n";
        QVERIFY(writeBytes(path("labels.txt"), labels));
        const CliAnswer answer = runCli(
            {"classify", picture(0), "--model", m_model, "--labels", path("labels.txt"), "--json", "--top", "10"});
        const QJsonArray top = answer.json()["results"][0]["top"].toArray();
        QVERIFY2(top.size() == 10, answer.text());
        for (const QJsonValue &prediction : top)
            QCOMPARE(prediction["label"].toString(), QStringLiteral("thing %1").arg(prediction["index"].toInt()));
    }

    void preprocessing_can_be_overridden()
    {
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--json", "--resize", "40",
                                         "--crop", "32", "--mean", "0.5", "--std", "0.25,0.5,0.75"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonValue how = answer.json()["results"][0]["preprocess"];
        QCOMPARE(how["resize"].toInt(), 40);
        QCOMPARE(how["mean"][2].toDouble(), 0.5);
        QCOMPARE(how["std"][1].toDouble(), 0.5);
        QCOMPARE(how["assumed"].toBool(true), false);
        QCOMPARE(how["source"].toString(), "command line");
    }

    void the_assumed_preprocessing_is_noted_unless_quiet()
    {
        const CliAnswer loud = runCli({"classify", picture(0), "--model", m_model});
        QVERIFY2(loud.exitCode == 0 && loud.err.contains("note: ") && loud.err.contains("assumed"), loud.text());
        const CliAnswer quiet = runCli({"--quiet", "classify", picture(0), "--model", m_model});
        QCOMPARE(quiet.err, QByteArray());
    }

    void the_cpu_reference_gives_the_default_devices_answers()
    {
        const CliAnswer first = runCli({"classify", picture(1), "--model", m_model, "--json"});
        const CliAnswer second = runCli({"classify", picture(1), "--model", m_model, "--json", "--device", "cpu"});
        QVERIFY2(second.exitCode == 0, second.text());
        QCOMPARE(second.json()["device"].toString(), "CPU reference");
        const double difference = topLogit(first.json()["results"][0]) - topLogit(second.json()["results"][0]);
        QVERIFY2(std::abs(difference) < 1e-4, QByteArray::number(difference));
    }

    void text_names_the_picture_and_its_classes()
    {
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--top", "2", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY(answer.out.contains(picture(0).toUtf8()));
        QCOMPARE(answer.out.count(" %  "), 2);
    }

    void features_are_one_array_for_many_pictures()
    {
        const QString file = path("features.npy"), single = path("one.npy"), broken = path("broken.png");
        QFile(broken).open(QIODevice::WriteOnly);
        const CliAnswer answer = runCli({"classify", picture(0), broken, picture(1), path("batch.npy"), "--model",
                                         m_model, "--features", file, "--quiet"});
        QCOMPARE(answer.exitCode, 1); // for the broken one
        const auto features = image::readNpyArray(file.toStdString());
        QVERIFY2(features, features ? "" : features.error().message().c_str());
        QCOMPARE(features->shape.size(), 2u);
        QCOMPARE(features->shape[0], 6);
        const auto channels = features->shape[1];
        for (std::int64_t row = 0; row < 6; ++row)
            QCOMPARE(std::isnan(features->values[std::size_t(row * channels)]), row == 1);
        const CliAnswer alone =
            runCli({"inspect", picture(1), "--model", m_model, "--features", single, "--quiet", "--json"});
        QVERIFY2(alone.exitCode == 0, alone.text());
        const auto one = image::readNpyArray(single.toStdString());
        QCOMPARE(one->shape, (std::vector<std::int64_t>{1, channels}));
        for (std::int64_t c = 0; c < channels; ++c)
            QVERIFY(std::abs(one->values[std::size_t(c)] - features->values[std::size_t(2 * channels + c)]) < 1e-4f);
    }

    void outputs_without_probabilities_have_values()
    {
        const CliAnswer answer =
            runCli({"classify", picture(0), "--model", m_model, "--top", "1", "--activation", "none", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY2(answer.out.contains("—  ") && answer.out.contains(", value "), answer.text());
        const CliAnswer json =
            runCli({"classify", picture(0), "--model", m_model, "--activation", "none", "--quiet", "--json"});
        QVERIFY(json.json()["results"][0]["top"][0]["probability"].isNull());
    }

    void a_squash_and_its_filter_are_told()
    {
        const CliAnswer answer = runCli({"classify", picture(0), "--model", m_model, "--resize", "40x40",
                                         "--interpolation", "bicubic", "--order", "bgr", "--range", "255", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject how = answer.json()["results"][0]["preprocess"].toObject();
        QCOMPARE(how["resize"].toArray(), (QJsonArray{40, 40}));
        QCOMPARE(how["crop"].toInt(), 40);
        QCOMPARE(how["interpolation"].toString(), "bicubic");
        QCOMPARE(how["order"].toString(), "bgr");
        QCOMPARE(how["std"].toArray(), (QJsonArray{1, 1, 1}));
        QCOMPARE(how["source"].toString(), "command line");
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QString picture(int i) const { return path(QStringLiteral("picture %1 ä.png").arg(i)); }

    QTemporaryDir m_folder;
    const QString m_model = m_folder.filePath("model.safetensors");
};

QTEST_GUILESS_MAIN(ClassifyCommandTest)
#include "classify_command_test.moc"
