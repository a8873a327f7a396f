// The gradient by path length is the sum over all paths of each length: every path is counted, one by one.
#include "analysis/example.h"
#include "analysis/paths.h"
#include "support/compare.h"

#include <QTest>

#include <bit>

using namespace reslens;
using namespace reslens::test;

namespace {

const nn::Objective kLogit{nn::ObjectiveKind::Logit, 1};

Example small(nn::ShortcutKind shortcut)
{
    return Example(executorFor(modelOf(smallArchitecture(shortcut))), nn::generateInput({1, 3, 8, 8}));
}

/// Returns the gradient at the stem's output through one path. Bit b of `branches` selects the branch of block b.
Tensor alongPath(const Example &example, unsigned branches)
{
    nn::RunOptions options;
    for (std::size_t b = 0; b < example.network().blocks.size(); ++b)
        options.scales.push_back(branches >> b & 1 ? nn::BlockScale{0, 1} : nn::BlockScale{1, 0});
    return must(example.gradients(kLogit, options)->value(example.network().stem));
}

} // namespace

class PathsTest : public QObject {
    Q_OBJECT
private slots:
    void each_length_is_the_sum_of_its_paths_data()
    {
        QTest::addColumn<int>("shortcut");
        QTest::newRow("zero-padded") << int(nn::ShortcutKind::ZeroPad);
        QTest::newRow("projections") << int(nn::ShortcutKind::Projection);
    }

    void each_length_is_the_sum_of_its_paths()
    {
        QFETCH(int, shortcut);
        const Example example = small(static_cast<nn::ShortcutKind>(shortcut));
        const Tensor byLength = must(nn::gradientsByPathLength(*example.trace, kLogit, {}));
        Tensor expected(byLength.shape);
        const std::size_t size = expected.values.size() / std::size_t(expected.shape.n);
        for (unsigned branches = 0; branches < 16; ++branches) { // 4 blocks, 2^4 paths
            const Tensor path = alongPath(example, branches);
            for (std::size_t i = 0; i < size; ++i)
                expected.values[std::popcount(branches) * size + i] += path.values[i];
        }
        QVERIFY2(relativeError(byLength, expected) <= 1e-5, worst(byLength, expected));
    }

    void the_lengths_sum_to_the_gradient_and_say_so()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 32, 32}));
        const analysis::PathGradients paths = must(analysis::pathGradients(example.run(), kLogit));
        QCOMPARE(paths.blockCount(), 9);
        QVERIFY(paths.residual.isDefined);
        QVERIFY2(paths.residual.value <= 1e-4, QByteArray::number(paths.residual.value));
        QVERIFY(paths.squares.residual.value <= 1e-4);
        QVERIFY(paths.complaint.empty());
        QCOMPARE(std::round(std::pow(10, paths.log10Counts[4])), 126.0); // 9 over 4
    }

    void scaled_norms_are_those_of_a_backward_pass_with_these_scales()
    {
        const Example example = small(nn::ShortcutKind::Projection);
        const analysis::PathGradients paths = must(analysis::pathGradients(example.run(), kLogit));
        for (const nn::BlockScale scale : {nn::BlockScale{1, 1}, {0.5f, 1}, {1, 0.25f}, {0, 1}, {1, 0}, {2, -1}}) {
            nn::RunOptions options;
            options.scales.assign(4, scale);
            const Tensor gradient = must(example.gradients(kLogit, options)->value(example.network().stem));
            const double expected = analysis::magnitude(gradient.values).norm;
            QVERIFY2(relative(paths.scaledNorm(scale.alpha, scale.beta), expected) <= 1e-4,
                     QByteArray::number(scale.alpha) + ", " + QByteArray::number(scale.beta));
        }
    }

    void several_images_or_a_plain_network_are_refused_in_words()
    {
        const Example two(executorFor("resnet20"), nn::generateInput({2, 3, 16, 16}));
        QVERIFY(analysis::pathGradients(two.run(), kLogit).error().message().find("one at a time") !=
                std::string::npos);
        const Example plain = small(nn::ShortcutKind::None);
        QVERIFY(analysis::pathGradients(plain.run(), kLogit).error().kind == ErrorKind::Unsupported);
    }
};

QTEST_GUILESS_MAIN(PathsTest)
#include "paths_test.moc"
