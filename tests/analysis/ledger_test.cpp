// Direct logit attribution: it is complete, and each bar equals its definition.
#include "analysis/ledger.h"

#include "analysis/example.h"

#include <QTest>

#include <numeric>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

constexpr double kComplete = 1e-4;

double sumOf(const Tensor &map)
{
    return std::accumulate(map.values.begin(), map.values.end(), 0.0);
}

} // namespace

class LedgerTest : public QObject {
    Q_OBJECT

private slots:
    void the_ledger_sums_to_the_logit_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("size");
        QTest::addColumn<bool>("isScaled");
        QTest::newRow("option A") << "resnet20" << 32 << false;
        QTest::newRow("option A, scaled") << "resnet20" << 32 << true;
        QTest::newRow("option B") << "resnet20_b" << 32 << false;
        QTest::newRow("option B, scaled") << "resnet20_b" << 32 << true;
        QTest::newRow("bottleneck") << "resnet50" << 64 << false;
        QTest::newRow("bottleneck, scaled") << "resnet50" << 64 << true;
        QTest::newRow("grouped") << "resnext50_32x4d" << 32 << false;
    }

    void the_ledger_sums_to_the_logit()
    {
        QFETCH(QString, architecture);
        QFETCH(int, size);
        QFETCH(bool, isScaled);
        auto executor = executorFor(architecture.toStdString());
        std::vector<nn::BlockScale> scales;
        if (isScaled)
            scales = unevenScales(executor->model().network);
        const Example example(std::move(executor), nn::generateInput({1, 3, size, size}), std::move(scales));
        const std::pair<int, int> targets[]{{-1, -1}, {3, -1}, {3, 5}};
        for (const auto &[target, against] : targets) {
            const Ledger ledger = must(ledgerOf(example.run(), target, against));
            QVERIFY(ledger.total.residual.isDefined);
            qInfo("class %d against %d: %.6f, residual %.1e", ledger.target, ledger.against, ledger.total.whole,
                  ledger.total.residual.value);
            QVERIFY(ledger.total.residual.value <= kComplete);
            double sum = ledger.bias + ledger.stem + ledger.projections;
            for (const LedgerEntry &entry : ledger.blocks)
                sum += entry.branch;
            QVERIFY(relative(sum, ledger.total.sum) <= 1e-12 * double(ledger.blocks.size()));
            const Tensor &logits = example.trace->forward().logits;
            const double logit = logits.values[ledger.target] - (against >= 0 ? double(logits.values[against]) : 0.0);
            QCOMPARE(ledger.total.whole, logit);
        }
    }

    void a_block_s_map_sums_to_its_bar()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 32, 32}));
        const Ledger ledger = must(ledgerOf(example.run()));
        QVERIFY(std::abs(sumOf(ledger.stemMap) - ledger.stem) <= 1e-6 * std::abs(ledger.stem) + 1e-7);
        for (const LedgerEntry &entry : ledger.blocks) {
            const Shape shape = example.trace->shapes()[example.network().blocks[entry.block].F];
            QVERIFY(entry.map.shape == (Shape{1, 1, shape.h, shape.w}));
            double magnitudes = 0;
            for (const float value : entry.map.values)
                magnitudes += std::abs(value);
            QVERIFY(std::abs(sumOf(entry.map) - entry.branch) <= 1e-6 * magnitudes);
        }
    }

    /// With w = W_c / HW on every pixel: h = m * w in the last block, and m * alpha * m_last * w in the one before.
    void the_last_two_bars_follow_from_the_linear_layer_and_the_masks()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::Projection));
        auto scales = unevenScales(model.network);
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}), scales);
        const Ledger ledger = must(ledgerOf(example.run(), 2));
        const std::vector<nn::Block> &blocks = example.network().blocks;
        const Tensor lastU = example.read(blocks[3].u), lastF = example.read(blocks[3].F);
        const Tensor u = example.read(blocks[2].u), F = example.read(blocks[2].F);
        const std::vector<float> W = example.executor->model().parameters.at("fc.weight").toFloats();
        const std::size_t plane = F.shape.planeCount();
        double last = 0, before = 0;
        for (std::size_t i = 0; i < F.values.size(); ++i) {
            const double w = W[2 * F.shape.c + i / plane] / double(plane), lastMask = lastU.values[i] > 0;
            last += scales[3].beta * lastMask * w * lastF.values[i];
            before += double(scales[2].beta) * (u.values[i] > 0) * scales[3].alpha * lastMask * w * F.values[i];
        }
        QVERIFY(relative(ledger.blocks[3].branch, last) <= 1e-5);
        QVERIFY(relative(ledger.blocks[2].branch, before) <= 1e-5);
    }

    void only_projections_have_biases_of_their_own()
    {
        const Example option(executorFor("resnet20"), nn::generateInput({1, 3, 16, 16}));
        QCOMPARE(must(ledgerOf(option.run())).projections, 0.0);
        const Example projected(executorFor("resnet20_b"), nn::generateInput({1, 3, 16, 16}));
        const Ledger ledger = must(ledgerOf(projected.run()));
        for (const LedgerEntry &entry : ledger.blocks)
            QCOMPARE(entry.projection != 0, !projected.network().blocks[entry.block].identity);
    }

    void a_difference_is_the_difference_of_two_ledgers()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 16, 16}));
        const Ledger c = must(ledgerOf(example.run(), 1)), d = must(ledgerOf(example.run(), 4)),
                     both = must(ledgerOf(example.run(), 1, 4));
        for (std::size_t b = 0; b < both.blocks.size(); ++b)
            QVERIFY(std::abs(both.blocks[b].branch - (c.blocks[b].branch - d.blocks[b].branch)) <= 1e-5);
        QCOMPARE(both.bias, c.bias - d.bias);
    }

    void an_image_of_a_batch_has_the_ledger_it_has_alone()
    {
        const Tensor batch = nn::generateInput({2, 3, 16, 16});
        const Example both(executorFor("resnet20_b"), batch), alone(executorFor("resnet20_b"), imageAlone(batch, 1));
        const Ledger one = must(ledgerOf(both.run(1), 0)), same = must(ledgerOf(alone.run(), 0));
        for (std::size_t b = 0; b < one.blocks.size(); ++b)
            QVERIFY(std::abs(one.blocks[b].branch - same.blocks[b].branch) <= 1e-5);
        QVERIFY(relative(one.total.whole, same.total.whole) <= 1e-5);
    }

    void a_plain_network_has_no_ledger_and_says_why()
    {
        const Example example(executorFor("plain20"), nn::generateInput({1, 3, 16, 16}));
        const auto ledger = ledgerOf(example.run());
        QVERIFY(ledger.error().kind == ErrorKind::Unsupported);
        QVERIFY(ledger.error().message().find("no skips") != std::string::npos);
    }

    /// The last flagged block is named: the way back carries its non-finite values to all blocks before it.
    void a_broken_block_is_named_and_the_total_is_no_residual()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::Projection));
        spoil(model, "layer2.0.bn2.weight", 1, std::numeric_limits<float>::infinity());
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const Ledger ledger = must(ledgerOf(example.run(), 0));
        QCOMPARE(ledger.blocks[2].name, std::string("layer2.0"));
        QVERIFY2(ledger.blocks[2].complaint.starts_with("not finite: branch"), ledger.blocks[2].complaint.c_str());
        QVERIFY(!ledger.total.residual.isDefined);
    }

    void classes_that_do_not_exist_and_cancelled_runs_are_errors()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        QVERIFY(ledgerOf(example.run(), 10).error().kind == ErrorKind::InvalidInput);
        QVERIFY(ledgerOf(example.run(), 3, 3).error().kind == ErrorKind::InvalidInput);
        QVERIFY(ledgerOf(example.run(1)).error().kind == ErrorKind::NotFound);
        std::stop_source source;
        source.request_stop();
        QVERIFY(ledgerOf(example.run(), 0, -1, {.stop = source.get_token()}).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(LedgerTest)
#include "ledger_test.moc"
