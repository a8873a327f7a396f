// Every number of a block's forward decomposition against its formula on the tensors themselves.
#include "analysis/skip.h"

#include "analysis/example.h"
#include "support/compare.h"

#include <QTest>

#include <limits>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

constexpr double kRounding = 1e-6; // u and y are fp32

/// One block's tensors, and <a, b> in double precision.
struct BlockTensors {
    Tensor x, s, F, u, y;

    BlockTensors(const Example &example, int index)
    {
        const nn::Block &block = example.network().blocks[index];
        x = example.read(block.x), F = example.read(block.F), u = example.read(block.u), y = example.read(block.y);
        if (block.hasShortcut())
            s = example.read(block.s);
    }
};

double product(const Tensor &a, const Tensor &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
        sum += double(a.values[i]) * b.values[i];
    return sum;
}

double length(const Tensor &a)
{
    return std::sqrt(product(a, a));
}

double cosine(const Tensor &a, const Tensor &b)
{
    return product(a, b) / (length(a) * length(b));
}

/// Returns the norm of part(i) over all elements.
template <typename Part>
double normOf(std::size_t count, Part part)
{
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += double(part(i)) * part(i);
    return std::sqrt(sum);
}

Example exampleOf(nn::ShortcutKind shortcut, bool isScaled = true)
{
    nn::Model model = modelOf(smallArchitecture(shortcut));
    std::vector<nn::BlockScale> scales;
    if (isScaled)
        scales = unevenScales(model.network);
    return Example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}), std::move(scales));
}

void verifyClose(double actual, double expected, double tolerance = kRounding)
{
    QVERIFY2(std::abs(actual - expected) <= tolerance * std::max(std::abs(expected), 1.0),
             qPrintable(QStringLiteral("%1, expected %2").arg(actual).arg(expected)));
}

} // namespace

class SkipTest : public QObject {
    Q_OBJECT

private slots:
    void shares_sum_to_one_in_every_block_of_every_family_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("size");
        QTest::newRow("option A") << "resnet20" << 16;
        QTest::newRow("option B") << "resnet20_b" << 16;
        QTest::newRow("bottleneck") << "resnet50" << 32;
        QTest::newRow("grouped") << "resnext50_32x4d" << 32;
    }

    void shares_sum_to_one_in_every_block_of_every_family()
    {
        QFETCH(QString, architecture);
        QFETCH(int, size);
        auto executor = executorFor(architecture.toStdString());
        auto scales = unevenScales(executor->model().network);
        const Example example(std::move(executor), nn::generateInput({1, 3, size, size}), std::move(scales));
        double worst = 0;
        for (const BlockContribution &block : must(contributionsOf(example.run()))) {
            QVERIFY(block.skipShare.isDefined && block.branchShare.isDefined);
            QVERIFY(block.complaint.empty() && !block.isDead);
            worst = std::max(worst, std::abs(block.skipShare.value + block.branchShare.value - 1));
        }
        qInfo("worst |skip share + branch share - 1|: %.1e", worst);
        QVERIFY(worst <= kRounding);
    }

    void every_number_is_its_formula_on_the_tensors_data()
    {
        QTest::addColumn<int>("shortcut");
        QTest::newRow("option A") << int(nn::ShortcutKind::ZeroPad);
        QTest::newRow("option B") << int(nn::ShortcutKind::Projection);
    }

    void every_number_is_its_formula_on_the_tensors()
    {
        QFETCH(int, shortcut);
        const Example example = exampleOf(nn::ShortcutKind(shortcut));
        for (const BlockContribution &block : must(contributionsOf(example.run()))) {
            const BlockTensors t(example, block.block);
            const auto [alpha, beta] = example.scales[block.block];
            const double uu = product(t.u, t.u);
            verifyClose(block.x.norm, length(t.x));
            verifyClose(block.s.norm, length(t.s));
            verifyClose(block.F.norm, length(t.F));
            verifyClose(block.u.norm, length(t.u));
            verifyClose(block.y.norm, length(t.y));
            verifyClose(block.x.rms, length(t.x) / std::sqrt(double(t.x.values.size())));
            verifyClose(block.y.rms, length(t.y) / std::sqrt(double(t.y.values.size())));
            verifyClose(block.skipShare.value, alpha * product(t.s, t.u) / uu);
            verifyClose(block.branchShare.value, beta * product(t.F, t.u) / uu);
            verifyClose(block.residualRatio.value, length(t.F) / length(t.s));
            verifyClose(block.alignment.value, cosine(t.s, t.F));
            QCOMPARE(block.refinement.isDefined, block.isIdentity);
            if (block.isIdentity)
                verifyClose(block.refinement.value, cosine(t.x, t.y));
            const auto clipped = std::ranges::count_if(t.u.values, [](float u) { return u <= 0; });
            verifyClose(block.clippedShare.value, double(clipped) / double(t.u.values.size()));
            verifyClose(block.clippedEnergy.value, 1 - product(t.y, t.y) / uu);
        }
    }

    void write_erase_kill_and_rescaling_are_all_that_an_identity_block_does()
    {
        const Example example = exampleOf(nn::ShortcutKind::ZeroPad);
        const BlockContribution block = must(contributionOf(example.run(), 1));
        QVERIFY(block.hasThreeWays);
        const BlockTensors t(example, 1);
        const auto [alpha, beta] = example.scales[1];
        const auto passes = [&](std::size_t i) { return t.u.values[i] > 0; };
        const auto write = [&, b = beta](std::size_t i) {
            return passes(i) ? std::max(b * t.F.values[i], 0.0f) : 0.0f;
        };
        const auto erase = [&, b = beta](std::size_t i) {
            return passes(i) ? std::min(b * t.F.values[i], 0.0f) : 0.0f;
        };
        const auto kill = [&](std::size_t i) { return passes(i) ? 0.0f : -t.x.values[i]; };
        const auto rescale = [&, a = alpha](std::size_t i) { return passes(i) ? (a - 1) * t.x.values[i] : 0.0f; };
        const std::size_t count = t.u.values.size();
        const double missing = normOf(count, [&](std::size_t i) {
            return t.y.values[i] - t.x.values[i] - (write(i) + erase(i) + kill(i) + rescale(i));
        });
        QVERIFY(missing <= kRounding * length(t.y));
        verifyClose(block.write, normOf(count, write));
        verifyClose(block.erase, normOf(count, erase));
        verifyClose(block.kill, normOf(count, kill));
        verifyClose(block.rescale, normOf(count, rescale));
        QVERIFY(block.write > 0 && block.erase > 0 && block.kill > 0 && block.rescale > 0);
    }

    void a_negative_branch_scale_turns_writing_into_erasing()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        std::vector<nn::BlockScale> scales(4);
        scales[1].beta = -2;
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}), scales);
        const BlockTensors t(example, 1);
        const BlockContribution block = must(contributionOf(example.run(), 1));
        verifyClose(block.write, normOf(t.u.values.size(), [&](std::size_t i) {
                        return t.u.values[i] > 0 ? std::max(-2 * t.F.values[i], 0.0f) : 0.0f;
                    }));
        QCOMPARE(block.rescale, 0.0);
    }

    void channels_have_shares_of_their_own()
    {
        const Example example = exampleOf(nn::ShortcutKind::Projection);
        const BlockContribution block = must(contributionOf(example.run(), 2));
        const BlockTensors t(example, 2);
        const std::size_t plane = t.u.shape.planeCount();
        QCOMPARE(int(block.channels.size()), t.u.shape.c);
        for (std::size_t c = 0; c < block.channels.size(); ++c) {
            double Fu = 0, uu = 0;
            for (std::size_t i = c * plane; i < (c + 1) * plane; ++i) {
                Fu += double(t.F.values[i]) * t.u.values[i];
                uu += double(t.u.values[i]) * t.u.values[i];
            }
            verifyClose(block.channels[c].branchShare.value, example.scales[2].beta * Fu / uu);
            verifyClose(block.channels[c].u, std::sqrt(uu));
        }
    }

    void a_channel_whose_branch_is_cut_is_called_skip_and_one_whose_skip_is_cut_overwrite()
    {
        const Tensor input = nn::generateInput({1, 3, 9, 7});
        std::vector<nn::BlockScale> scales(4);
        scales[1] = {1, 0};
        scales[2] = {0, 1};
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::Projection))), input, scales);
        for (const ChannelContribution &channel : must(contributionOf(example.run(), 1)).channels)
            QVERIFY(channel.role == (channel.u > 0 ? ChannelRole::Skip : ChannelRole::Dead));
        for (const ChannelContribution &channel : must(contributionOf(example.run(), 2)).channels)
            QVERIFY(channel.role == ChannelRole::Overwrite);
    }

    void in_a_plain_block_all_is_the_branch()
    {
        const Example example = exampleOf(nn::ShortcutKind::None);
        for (const BlockContribution &block : must(contributionsOf(example.run()))) {
            QVERIFY(!block.hasShortcut && !block.skipShare.isDefined && !block.alignment.isDefined);
            QCOMPARE(block.skipShare.value, 0.0);
            verifyClose(block.branchShare.value, 1.0);
            QCOMPARE(block.u.norm, block.F.norm);
            QCOMPARE(block.s.norm, 0.0);
        }
    }

    void a_dead_block_is_flagged_and_has_no_nan()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        fill(model, "layer1.1.bn2.weight", 0.0f);
        fill(model, "layer1.1.bn2.bias", -1e6f);
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const auto blocks = must(contributionsOf(example.run()));
        QVERIFY(!blocks[0].isDead);
        QVERIFY(blocks[1].isDead);
        QVERIFY(!blocks[1].refinement.isDefined && blocks[1].refinement.value == 0);
        QVERIFY(blocks[1].complaint.empty());
        QCOMPARE(blocks[2].x.norm, 0.0);
        QVERIFY(!blocks[2].residualRatio.isDefined && !blocks[2].alignment.isDefined);
        QCOMPARE(blocks[2].residualRatio.value, 0.0);
    }

    void a_weight_that_is_not_a_number_is_reported_where_it_begins_data()
    {
        QTest::addColumn<float>("value");
        QTest::newRow("NaN") << std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("infinite") << std::numeric_limits<float>::infinity();
    }

    void a_weight_that_is_not_a_number_is_reported_where_it_begins()
    {
        QFETCH(float, value);
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        spoil(model, "layer1.1.bn2.weight", 2, value);
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const auto blocks = must(contributionsOf(example.run()));
        QVERIFY(blocks[0].complaint.empty());
        QCOMPARE(blocks[1].name, std::string("layer1.1"));
        QVERIFY2(blocks[1].complaint.starts_with("not finite: F, u"), blocks[1].complaint.c_str());
        QVERIFY(!blocks[1].branchShare.isDefined);
        QCOMPARE(blocks[1].branchShare.value, 0.0);
        QVERIFY(!blocks[1].isDead);
    }

    void maps_are_norms_over_the_channels()
    {
        const Example example = exampleOf(nn::ShortcutKind::Projection);
        const BlockTensors t(example, 3);
        const BlockMaps maps = must(mapsOf(example.run(), 3));
        const std::pair<const Tensor *, const Tensor *> pairs[]{{&maps.s, &t.s}, {&maps.F, &t.F}, {&maps.u, &t.u}};
        for (const auto &[map, tensor] : pairs) {
            QVERIFY(map->shape == (Shape{1, 1, tensor->shape.h, tensor->shape.w}));
            verifyClose(length(*map), length(*tensor));
            double corner = 0;
            for (int c = 0; c < tensor->shape.c; ++c)
                corner += double((*tensor)(0, c, 1, 2)) * (*tensor)(0, c, 1, 2);
            verifyClose((*map)(0, 0, 1, 2), std::sqrt(corner));
        }
    }

    void an_image_of_a_batch_is_looked_at_alone()
    {
        const Tensor batch = nn::generateInput({2, 3, 9, 7});
        const nn::Architecture architecture = smallArchitecture(nn::ShortcutKind::Projection);
        const Example both(executorFor(modelOf(architecture)), batch);
        const Example alone(executorFor(modelOf(architecture)), imageAlone(batch, 1));
        for (int b = 0; b < 4; ++b) {
            const BlockContribution one = must(contributionOf(both.run(1), b)),
                                    same = must(contributionOf(alone.run(), b));
            verifyClose(one.x.norm, same.x.norm);
            verifyClose(one.branchShare.value, same.branchShare.value);
            verifyClose(one.kill, same.kill);
            verifyClose(one.channels[1].F, same.channels[1].F);
        }
    }

    void what_does_not_exist_is_refused_by_name()
    {
        const Example example = exampleOf(nn::ShortcutKind::ZeroPad);
        QVERIFY(contributionOf(example.run(), 4).error().kind == ErrorKind::NotFound);
        QVERIFY(contributionOf(example.run(), -1).error().kind == ErrorKind::NotFound);
        QVERIFY(contributionsOf(example.run(1)).error().kind == ErrorKind::NotFound);
        TracedRun few = example.run();
        few.scales.resize(3);
        QVERIFY(contributionsOf(few).error().kind == ErrorKind::InvalidInput);
    }

    void a_stop_ends_it()
    {
        const Example example(executorFor(modelOf(smallGrouped())), nn::generateInput({1, 3, 16, 16}));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(contributionsOf(example.run(), stop.get_token()).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(SkipTest)
#include "skip_test.moc"
