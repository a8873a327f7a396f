// The item models are well behaved, and print as text what they were given.
#include "models/block_model.h"
#include "models/item_models.h"
#include "models/statistics.h"

#include "nn/resnet.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>
#include <limits>

using namespace reslens;
using namespace reslens::models;

namespace {

/// Joins the columns of every row by " | ".
QStringList printed(const QAbstractItemModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column).data().toString();
        rows << cells.join(" | ");
    }
    return rows;
}

BlockModel *blocksOf(const char *architecture, int side, QObject *parent)
{
    auto *model = new BlockModel(parent);
    model->setNetwork(nn::buildNetwork(*nn::architectureNamed(architecture)), side);
    return model;
}

} // namespace

class ModelsTest : public QObject {
    Q_OBJECT

private slots:
    void predictions_print_as_label_percent_and_logit();
    void a_class_is_found_by_its_index();
    void small_probabilities_keep_their_digits_data();
    void small_probabilities_keep_their_digits();
    void blocks_of_a_resnet20_are_stem_nine_blocks_and_head();
    void kinds_of_skips_are_told_apart();
    void a_thumbnail_of_a_gone_row_is_ignored();
    void statistics_of_a_channel_are_the_formulas();
    void values_that_are_not_finite_are_left_out_and_flagged();
    void channels_are_ordered_by_each_quantity();
    void ninety_nine_of_a_hundred_values_are_within_the_quantile();
    void histogram_counts_every_value_once();
};

void ModelsTest::predictions_print_as_label_percent_and_logit()
{
    PredictionModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setPredictions({{3, "cat", 0.75f, 4.5f}, {5, "dog", 0.2f, 3.178f}});
    QCOMPARE(printed(model), QStringList({"cat | 75.0 % | 4.50", "dog | 20.0 % | 3.18"}));
    model.setPredictions({});
    QCOMPARE(model.rowCount(), 0);
}

void ModelsTest::a_class_is_found_by_its_index()
{
    PredictionModel model;
    model.setPredictions({{3, "cat", 0.75f, 4.5f}, {5, "dog", 0.2f, 3.1f}});
    QCOMPARE(model.rowOf(5), 1);
    QCOMPARE(model.rowOf(4), -1);
}

void ModelsTest::small_probabilities_keep_their_digits_data()
{
    QTest::addColumn<double>("probability");
    QTest::addColumn<QString>("text");
    QTest::newRow("certain") << 1.0 << "100.00 %";
    QTest::newRow("almost") << 0.9989 << "99.9 %";
    QTest::newRow("usual") << 0.1234 << "12.3 %";
    QTest::newRow("small") << 0.00042 << "0.04 %";
    QTest::newRow("tiny") << 1e-7 << "< 0.01 %";
    QTest::newRow("none") << 0.0 << "0.00 %";
}

void ModelsTest::small_probabilities_keep_their_digits()
{
    QFETCH(double, probability);
    QTEST(percentText(probability), "text");
}

void ModelsTest::blocks_of_a_resnet20_are_stem_nine_blocks_and_head()
{
    BlockModel *model = blocksOf("resnet20", 32, this);
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(printed(*model), QStringList({"stem", "layer1.0", "layer1.1", "layer1.2", "layer2.0", "layer2.1",
                                           "layer2.2", "layer3.0", "layer3.1", "layer3.2", "head"}));
    QCOMPARE(model->index(5).data(BlockModel::ShapeRole).toString(), QString("32 × 16 × 16"));
    QCOMPARE(model->index(5).data(BlockModel::StageRole).toInt(), 2);
    model->setNetwork(nn::buildNetwork(*nn::architectureNamed("resnet50")), 224);
    QCOMPARE(model->rowCount(), 18);
}

void ModelsTest::kinds_of_skips_are_told_apart()
{
    QCOMPARE(blocksOf("resnet20", 32, this)->row(4).skip, SkipKind::ZeroPad);
    QCOMPARE(blocksOf("resnet20_b", 32, this)->row(4).skip, SkipKind::Projection);
    QCOMPARE(blocksOf("resnet20", 32, this)->row(5).skip, SkipKind::Identity);
    QCOMPARE(blocksOf("plain20", 32, this)->row(5).skip, SkipKind::None);
}

void ModelsTest::a_thumbnail_of_a_gone_row_is_ignored()
{
    PictureModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNames({"a.png", "b.png"});
    model.setThumbnail(7, QImage(2, 2, QImage::Format_RGB32));
    model.setThumbnail(1, QImage(2, 2, QImage::Format_RGB32));
    QCOMPARE(printed(model), QStringList({"a.png", "b.png"}));
    QVERIFY(!model.index(0).data(Qt::DecorationRole).isValid());
    QVERIFY(model.index(1).data(Qt::DecorationRole).isValid());
}

void ModelsTest::statistics_of_a_channel_are_the_formulas()
{
    Tensor tensor({1, 2, 2, 2});
    tensor.values = {0, 0, 0, 0, 1, -3, 0, 4};
    const ChannelStatistics s = channelStatistics(tensor)[1];
    QCOMPARE(s.minimum, -3.0f);
    QCOMPARE(s.maximum, 4.0f);
    QCOMPARE(s.mean, 0.5);
    QCOMPARE(s.deviation, std::sqrt((0.25 + 12.25 + 0.25 + 12.25) / 4));
    QCOMPARE(s.norm, std::sqrt(26.0));
    QCOMPARE(s.zeroShare, 0.25);
    QVERIFY(s.isFinite);
}

void ModelsTest::values_that_are_not_finite_are_left_out_and_flagged()
{
    Tensor tensor({1, 1, 1, 3});
    tensor.values = {2, std::numeric_limits<float>::quiet_NaN(), 4};
    const ChannelStatistics s = channelStatistics(tensor)[0];
    QVERIFY(!s.isFinite);
    QCOMPARE(s.mean, 3.0);
    QCOMPARE(s.maximum, 4.0f);
}

void ModelsTest::channels_are_ordered_by_each_quantity()
{
    Tensor tensor({1, 3, 1, 2});
    tensor.values = {1, 1, -9, 5, 2, 3}; // means 1, -2, 2.5; maxima 1, 5, 3; norms 1.4, 10.3, 3.6
    const std::vector<ChannelStatistics> all = channelStatistics(tensor);
    QCOMPARE(orderedChannels(all, ChannelOrder::Index), (std::vector<int>{0, 1, 2}));
    QCOMPARE(orderedChannels(all, ChannelOrder::Mean), (std::vector<int>{2, 0, 1}));
    QCOMPARE(orderedChannels(all, ChannelOrder::Maximum), (std::vector<int>{1, 2, 0}));
    QCOMPARE(orderedChannels(all, ChannelOrder::Norm), (std::vector<int>{1, 2, 0}));
}

void ModelsTest::ninety_nine_of_a_hundred_values_are_within_the_quantile()
{
    Tensor tensor({1, 1, 10, 10});
    for (int i = 0; i < 100; ++i)
        tensor.values[i] = i % 2 ? float(i) : -float(i);
    QCOMPARE(magnitudeQuantile(tensor, 0.99), 98.0f);
    QCOMPARE(magnitudeQuantile(tensor, 1.0), 99.0f);
    tensor.values.assign(100, std::numeric_limits<float>::quiet_NaN());
    QCOMPARE(magnitudeQuantile(tensor, 0.99), 0.0f);
}

void ModelsTest::histogram_counts_every_value_once()
{
    Tensor tensor({1, 1, 1, 6});
    tensor.values = {0, 0.5f, 1, 2, 3, 4};
    QCOMPARE(histogram(tensor, 0, 4), (std::vector<int>{2, 1, 1, 2}));
    tensor.values.assign(6, 7.0f);
    QCOMPARE(histogram(tensor, 0, 4), (std::vector<int>{6, 0, 0, 0}));
}

QTEST_GUILESS_MAIN(ModelsTest)
#include "models_test.moc"
