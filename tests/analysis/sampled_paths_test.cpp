// Single paths against the enumeration of all of them.
#include "analysis/sampled_paths.h"

#include "analysis/example.h"
#include "support/compare.h"
#include "support/samples.h"

#include <QTest>

#include <bit>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

constexpr int kBlocks = 4;

Example exampleOf(nn::ShortcutKind shortcut)
{
    return Example(executorFor(modelOf(smallArchitecture(shortcut))), nn::generateInput({1, 3, 9, 7}));
}

/// Returns the gradient at the stem's output through the branches in the bit set `set`, and the other blocks' skips.
Tensor pathGradient(const Example &example, unsigned set)
{
    nn::RunOptions options;
    for (int b = 0; b < kBlocks; ++b)
        options.scales.push_back(set >> b & 1 ? nn::BlockScale{0, 1} : nn::BlockScale{1, 0});
    return must(must(nn::backward(*example.trace, {}, options))->ofBlock(0)).gx;
}

} // namespace

class SampledPathsTest : public QObject {
    Q_OBJECT

private slots:
    void all_paths_together_are_the_gradient_data()
    {
        QTest::addColumn<int>("shortcut");
        QTest::newRow("option A") << int(nn::ShortcutKind::ZeroPad);
        QTest::newRow("option B") << int(nn::ShortcutKind::Projection);
    }

    void all_paths_together_are_the_gradient()
    {
        QFETCH(int, shortcut);
        const Example example = exampleOf(nn::ShortcutKind(shortcut));
        const Tensor gradient = must(example.gradients()->ofBlock(0)).gx;
        Tensor sum(gradient.shape);
        for (unsigned set = 0; set < 1u << kBlocks; ++set) {
            const Tensor path = pathGradient(example, set);
            for (std::size_t i = 0; i < sum.values.size(); ++i)
                sum.values[i] += path.values[i];
        }
        qInfo("relative error of the sum over %d paths: %.1e", 1 << kBlocks, relativeError(sum, gradient));
        QVERIFY2(relativeError(sum, gradient) <= 1e-5, worst(sum, gradient));
    }

    void lengths_with_few_paths_are_enumerated()
    {
        const Example example = exampleOf(nn::ShortcutKind::Projection);
        const SampledPaths paths = must(sampledPaths(example.run(), {.samplesPerLength = 6}));
        QCOMPARE(int(paths.lengths.size()), kBlocks + 1);
        for (const PathLength &length : paths.lengths) {
            std::vector<double> norms;
            for (unsigned set = 0; set < 1u << kBlocks; ++set)
                if (std::popcount(set) == length.length)
                    norms.push_back(norm(pathGradient(example, set).values));
            QVERIFY(length.isComplete);
            QCOMPARE(length.samples, int(norms.size()));
            QVERIFY(std::abs(length.log10Count - std::log10(double(norms.size()))) <= 1e-9);
            double mean = 0, square = 0;
            for (const double one : norms) {
                mean += one / double(norms.size());
                square += one * one / double(norms.size());
            }
            QVERIFY(relative(length.mean, mean) <= 1e-12);
            QVERIFY(std::abs(length.deviation - std::sqrt(std::max(square - mean * mean, 0.0))) <= 1e-7 * mean);
            QCOMPARE(length.smallest, *std::ranges::min_element(norms));
            QCOMPARE(length.largest, *std::ranges::max_element(norms));
        }
    }

    void longer_lists_are_sampled_by_the_seed()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        const SampledPathsRequest request{.samplesPerLength = 3, .seed = 5};
        const SampledPaths first = must(sampledPaths(example.run(), request)),
                           again = must(sampledPaths(example.run(), request));
        const SampledPaths other = must(sampledPaths(example.run(), {.samplesPerLength = 3, .seed = 6}));
        QVERIFY(!first.lengths[4].isComplete && first.lengths[4].samples == 3);
        QVERIFY(first.lengths[0].isComplete && first.lengths[9].isComplete);
        bool isOther = false;
        for (std::size_t k = 0; k < first.lengths.size(); ++k) {
            QCOMPARE(first.lengths[k].mean, again.lengths[k].mean);
            isOther = isOther || first.lengths[k].mean != other.lengths[k].mean;
        }
        QVERIFY(isOther);
    }

    /// An estimate from 40 of 70 paths, drawn independently, is within 5 standard errors of the mean over all paths.
    void the_sampled_mean_is_near_the_mean_over_all_paths()
    {
        nn::Architecture architecture = smallArchitecture(nn::ShortcutKind::ZeroPad);
        architecture.depths = {4, 4};
        const Example example(executorFor(modelOf(architecture)), nn::generateInput({1, 3, 6, 6}));
        const PathLength all = must(sampledPaths(example.run(), {.samplesPerLength = 70})).lengths[4];
        const PathLength some = must(sampledPaths(example.run(), {.samplesPerLength = 40, .seed = 9})).lengths[4];
        QVERIFY(all.isComplete && !some.isComplete);
        QVERIFY(some.mean != all.mean);
        QVERIFY(std::abs(some.mean - all.mean) <= 5 * all.deviation / std::sqrt(40.0));
    }

    void it_tells_how_far_it_is_and_stops_when_told()
    {
        const Example example = exampleOf(nn::ShortcutKind::ZeroPad);
        std::stop_source source;
        int reports = 0;
        const Job job{source.get_token(), [&](int done, int total) {
                          QCOMPARE(done, ++reports);
                          QCOMPARE(total, 1 + 2 + 2 + 2 + 1);
                          if (done == 4)
                              source.request_stop();
                      }};
        QVERIFY(sampledPaths(example.run(), {.samplesPerLength = 2}, job).error().kind == ErrorKind::Cancelled);
        QCOMPARE(reports, 4);
    }

    void bad_requests_are_refused()
    {
        const Example example = exampleOf(nn::ShortcutKind::ZeroPad), plain = exampleOf(nn::ShortcutKind::None);
        QVERIFY(sampledPaths(plain.run(), {}).error().kind == ErrorKind::Unsupported);
        QVERIFY(sampledPaths(example.run(), {.samplesPerLength = 0}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(pathGradientNorm(example.run(), {}, {1, 4}).error().kind == ErrorKind::NotFound);
        SampledPathsRequest difference;
        difference.objective.kind = nn::ObjectiveKind::LogitDifference;
        QVERIFY(sampledPaths(example.run(), difference).error().kind == ErrorKind::InvalidInput);
    }
};

QTEST_GUILESS_MAIN(SampledPathsTest)
#include "sampled_paths_test.moc"
