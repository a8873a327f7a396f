// What a person says of a model has one form as words: they are read, checked and written by one table.
#include "zoo/model_settings.h"

#include <QtTest>

using namespace reslens;

namespace {

using Words = zoo::SettingWords;

std::string problemOf(const Words &words)
{
    const auto settings = zoo::settingsFrom(words);
    return settings ? "(read)" : settings.error().message();
}

nn::Preprocess imagenets()
{
    nn::Preprocess how;
    how.isAssumed = true;
    how.source = "assumed: ImageNet";
    return how;
}

nn::Preprocess with(const Words &words)
{
    return zoo::changed(imagenets(), zoo::settingsFrom(words).value().preprocess, "command line").value();
}

} // namespace

class ModelSettingsTest : public QObject {
    Q_OBJECT

private slots:
    void words_are_read_and_written_alike_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("text");
        const std::pair<const char *, const char *> rows[] = {
            {"arch", "resnet50"},
            {"variant", "pool=none,stride=conv1,dilate=3,4,eps=0.001,activation=silu,blur=on"},
            {"variant", "pool=max,stride=conv2,blur=off"},
            {"activation", "sigmoid"},
            {"weights", "state_dict.module.encoder_q"},
            {"labels", "/data/my names.txt"},
            {"resize", "256"},
            {"resize", "224x320"},
            {"interpolation", "bicubic"},
            {"crop", "224"},
            {"order", "bgr"},
            {"range", "255"},
            {"mean", "0.485,0.456,0.406"},
            {"mean", "0.5"},
            {"std", "0.229,0.224,0.225"}};
        for (const auto &[key, text] : rows)
            QTest::addRow("%s %s", key, text) << key << text;
    }
    void words_are_read_and_written_alike()
    {
        QFETCH(QString, key);
        QFETCH(QString, text);
        const Words words{{key.toStdString(), text.toStdString()}};
        const auto settings = zoo::settingsFrom(words);
        QVERIFY2(settings, problemOf(words).c_str());
        QVERIFY(!settings->isEmpty());
        QCOMPARE(zoo::wordsOf(*settings), words);
    }

    void wrong_words_are_refused_by_their_option_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *key, const char *text, const char *problem) {
            QTest::addRow("%s %s", key, text) << key << text << problem;
        };
        row("mean", "0.5,0.5", "--mean needs one number or three with commas between, not '0.5,0.5'");
        row("mean", "nan", "--mean needs one number or three with commas between, not 'nan'");
        row("std", "0", "--std must be greater than 0");
        row("std", "1,-1,1", "--std must be greater than 0");
        row("crop", "0", "--crop needs a whole number from 1 to 4096, not '0'");
        row("resize", "12x",
            "--resize needs the shorter side's pixels, or both sides' as in 224x224, from 1 to 4096, "
            "not '12x'");
        row("resize", "1x2x3",
            "--resize needs the shorter side's pixels, or both sides' as in 224x224, from 1 to 4096, "
            "not '1x2x3'");
        row("order", "gbr", "--order needs rgb or bgr, not 'gbr'");
        row("range", "256", "--range needs 1 or 255, not '256'");
        row("interpolation", "cubic",
            "--interpolation needs nearest, lanczos, bilinear, bicubic, box or hamming, not 'cubic'");
        row("activation", "relu", "--activation needs softmax, sigmoid or none, not 'relu'");
        row("colour", "red", "there is no setting 'colour'");
    }
    void wrong_words_are_refused_by_their_option()
    {
        QFETCH(QString, key);
        QFETCH(QString, text);
        QFETCH(QString, problem);
        QCOMPARE(problemOf({{key.toStdString(), text.toStdString()}}), problem.toStdString());
    }

    void without_changes_the_preprocessing_stays_assumed()
    {
        QCOMPARE(with({}), imagenets());
        QVERIFY(!with({{"crop", "200"}}).isAssumed);
        QCOMPARE(with({{"crop", "200"}}).source, std::string("command line"));
    }

    void a_squash_shows_the_whole_picture_unless_a_crop_is_given()
    {
        QCOMPARE(with({{"resize", "200x200"}}).crop, 200);
        QCOMPARE(with({{"resize", "256x300"}, {"crop", "224"}}).crop, 224);
        QCOMPARE(with({{"resize", "232"}}).crop, 224);
    }

    void pixels_to_255_have_no_mean_and_deviation_unless_they_are_given()
    {
        const nn::Preprocess plain = with({{"range", "255"}});
        QCOMPARE(plain.mean, (std::array{0.0f, 0.0f, 0.0f}));
        QCOMPARE(plain.deviation, (std::array{1.0f, 1.0f, 1.0f}));
        const nn::Preprocess caffe = with({{"range", "255"}, {"mean", "103.939,116.779,123.68"}, {"order", "bgr"}});
        QCOMPARE(caffe.mean[2], 123.68f);
        QCOMPARE(caffe.deviation[0], 1.0f);
    }

    void a_mean_of_0_to_255_is_told_with_what_to_write_instead()
    {
        const auto settings =
            zoo::settingsFrom({{"mean", "123.675,116.28,103.53"}, {"std", "58.395,57.12,57.375"}}).value();
        QCOMPARE(zoo::changed(imagenets(), settings.preprocess, "").error().message(),
                 std::string("--mean 123.675,116.28,103.53 is of pixels from 0 to 255, but they are from 0 to 1 here: "
                             "add --range 255, or divide by 255: --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"));
    }

    void the_fewest_changes_lead_from_one_preprocessing_to_another()
    {
        nn::Preprocess squashed = imagenets();
        squashed.squash = {200, 300};
        squashed.crop = 180;
        squashed.interpolation = nn::Interpolation::Bicubic;
        nn::Preprocess plain = imagenets();
        plain.range = 255;
        plain.mean = {0, 0, 0};
        plain.deviation = {1, 1, 1};
        nn::Preprocess caffe = plain;
        caffe.order = nn::ChannelOrder::Bgr;
        caffe.mean = {104, 117, 124};
        caffe.resize = 300;
        const nn::Preprocess all[] = {imagenets(), squashed, plain, caffe};
        for (const nn::Preprocess &from : all)
            for (const nn::Preprocess &to : all) {
                nn::Preprocess reached = zoo::changed(from, zoo::changesBetween(from, to), "").value();
                if (!to.isSquashed() && from.resize != to.resize)
                    QCOMPARE(reached.resize, to.resize);
                reached.isAssumed = to.isAssumed;
                reached.source = to.source;
                reached.resize = to.resize; // says nothing of a squashed picture
                QCOMPARE(reached, to);
            }
        QVERIFY(zoo::changesBetween(caffe, caffe) == zoo::PreprocessChanges());
        QCOMPARE(zoo::commandLineOf({{}, zoo::changesBetween(imagenets(), plain)}), std::string("--range 255"));
    }

    void the_command_line_is_one_that_a_shell_reads_back()
    {
        QCOMPARE(zoo::commandLineOf({}), std::string());
        const auto settings =
            zoo::settingsFrom({{"variant", "pool=none"}, {"labels", "my cat's.txt"}, {"mean", "0.5"}}).value();
        QCOMPARE(zoo::commandLineOf(settings),
                 std::string("--variant pool=none --labels 'my cat'\\''s.txt' --mean 0.5"));
    }
};

QTEST_GUILESS_MAIN(ModelSettingsTest)
#include "model_settings_test.moc"
