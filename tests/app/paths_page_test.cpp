// The paths page shows the analysis' numbers. Its sliders need no pass, and a long computation can be stopped.
#include "app/evidence_bench.h"

#include "analysis/paths.h"
#include "analysis/sampled_paths.h"
#include "pages/paths/paths_page.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"

using namespace reslens;
using namespace reslens::test;

namespace {

struct PathsBench : EvidenceBench {
    pages::PathsPage page{context(), nullptr};

    explicit PathsBench(const std::string &architecture)
    {
        page.resize(930, 330);
        page.show();
        open(architecture);
        QTRY_VERIFY(page.isSettled());
    }
    widgets::DepthChart &chart(const QString &name) const
    {
        for (auto *made : page.findChildren<widgets::DepthChart *>())
            if (made->accessibleName() == name)
                return *made;
        qFatal("no chart %s", qPrintable(name));
    }
    const widgets::Plot &norms() const { return chart("Gradient by path length").plot(); }
    widgets::TaskControl &task(const QString &text) const
    {
        for (auto *made : page.findChildren<widgets::TaskControl *>())
            if (made->startButton()->text() == text)
                return *made;
        qFatal("no task %s", qPrintable(text));
    }
    analysis::PathGradients expected() const { return *analysis::pathGradients(run(), session.objective()); }
};

void compareNorms(const widgets::Curve &curve, const std::vector<double> &expected)
{
    QCOMPARE(curve.points.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        QCOMPARE(curve.points[k].x(), double(k));
        QCOMPARE(curve.points[k].y(), expected[k]);
    }
}

} // namespace

class PathsPageTest : public QObject {
    Q_OBJECT

private slots:
    void its_curve_is_the_norm_of_every_length_and_its_bars_count_the_paths()
    {
        PathsBench bench("resnet20");
        const analysis::PathGradients expected = bench.expected();
        compareNorms(bench.norms().curves.at(0), expected.norms);
        const std::vector<widgets::Bar> &counts = bench.chart("Number of paths by length").plot().bars;
        QCOMPARE(counts.size(), std::size_t(10));
        QCOMPARE(counts[4].to, std::log10(126.0)); // 9 over 4
        auto *proof = bench.page.findChild<widgets::ProofLine *>();
        QCOMPARE(proof->verdict(), widgets::Verdict::Good);
        QVERIFY(proof->text().contains(widgets::residualText(expected.residual.value)));
        QCOMPARE(bench.session.trust().residuals().value("gradient by path length", -1), expected.residual.value);
        QCOMPARE(bench.page.tables().front().rows[3][2].toDouble(), expected.norms[3]);
    }

    void sliders_give_the_scaled_norm_and_the_reweighted_curve_without_asking()
    {
        PathsBench bench("resnet8");
        const analysis::PathGradients expected = bench.expected();
        QCOMPARE(bench.norms().curves.size(), std::size_t(1));
        const QList<widgets::FactorSlider *> controls = bench.page.findChildren<widgets::FactorSlider *>();
        controls[0]->slider()->setValue(50);   // alpha
        controls[1]->number()->setValue(1.25); // beta
        QVERIFY(bench.page.isSettled());
        QVERIFY2(bench.page.scaledText().contains(QString::number(expected.scaledNorm(0.5, 1.25), 'g', 5)),
                 qPrintable(bench.page.scaledText()));
        QCOMPARE(controls[0]->number()->value(), 0.5);
        QCOMPARE(controls[1]->slider()->value(), 125);
        std::vector<double> reweighted;
        for (int k = 0; k <= 3; ++k)
            reweighted.push_back(std::pow(0.5, 3 - k) * std::pow(1.25, k) * expected.norms[std::size_t(k)]);
        compareNorms(bench.norms().curves.at(1), reweighted);
    }

    void while_it_computes_it_does_not_ask_for_a_picture()
    {
        EvidenceBench bench;
        pages::PathsPage page(bench.context(), nullptr);
        page.show();
        const auto *chart = page.findChild<widgets::DepthChart *>();
        QStringList words;
        connect(&bench.session, &session::Session::activityChanged, chart, [&] {
            if (bench.session.traced() && !page.isSettled() && !page.exact())
                words << chart->placeholder();
        });
        bench.open("resnet20");
        QTRY_VERIFY(page.exact());
        QVERIFY(!words.isEmpty());
        for (const QString &told : words)
            QVERIFY2(!told.contains("Open a picture"), qPrintable(told));
    }

    void it_follows_the_objective()
    {
        PathsBench bench("resnet8");
        bench.session.selectObjective(nn::ObjectiveKind::Logit);
        QTRY_VERIFY(bench.page.isSettled());
        compareNorms(bench.norms().curves.at(0), bench.expected().norms);
    }

    void sampled_paths_are_those_of_the_seed()
    {
        PathsBench bench("resnet8");
        widgets::TaskControl &sample = bench.task("Sample single paths");
        QTest::mouseClick(sample.startButton(), Qt::LeftButton);
        QVERIFY(sample.isRunning());
        QTRY_VERIFY(bench.page.sampled());
        const analysis::SampledPaths expected = *analysis::sampledPaths(
            bench.run(), {bench.session.objective(), pages::PathsPage::kSamplesPerLength, pages::PathsPage::kSeed});
        std::vector<double> means;
        for (const analysis::PathLength &length : expected.lengths)
            means.push_back(length.mean);
        compareNorms(bench.norms().curves.back(), means);
        QCOMPARE(bench.norms().bars.at(1).from, expected.lengths[1].smallest);
        QCOMPARE(bench.norms().bars.at(1).to, expected.lengths[1].largest);
        QVERIFY(!sample.isRunning());
    }

    void sampling_can_be_cancelled_and_begun_again()
    {
        PathsBench bench("resnet20");
        widgets::TaskControl &sample = bench.task("Sample single paths");
        QTest::mouseClick(sample.startButton(), Qt::LeftButton);
        QTRY_VERIFY(sample.progress().value() > 0);
        QTest::mouseClick(sample.cancelButton(), Qt::LeftButton);
        QVERIFY(!sample.isRunning());
        QVERIFY(!bench.session.worker().isUnderWay("sampled paths"));
        QVERIFY(!bench.page.sampled());
        QVERIFY(bench.page.exact()); // earlier results stay
        QTest::mouseClick(sample.startButton(), Qt::LeftButton);
        QTRY_VERIFY(sample.progress().value() > 0);
        bench.session.selectObjective(nn::ObjectiveKind::Logit); // the old sample does not answer it
        QVERIFY(!sample.isRunning());
    }

    void more_than_20_blocks_are_computed_on_demand_and_can_be_cancelled()
    {
        PathsBench bench("resnet44");
        QVERIFY(!bench.page.exact());
        widgets::TaskControl &compute = bench.task("Compute");
        QVERIFY(compute.isVisible());
        QVERIFY(!bench.chart("Gradient by path length").isVisible());
        QTest::mouseClick(compute.startButton(), Qt::LeftButton);
        QVERIFY(compute.isRunning());
        QTest::mouseClick(compute.cancelButton(), Qt::LeftButton);
        QVERIFY(!bench.session.worker().isUnderWay("paths"));
        QVERIFY(compute.startButton()->isVisible());
        QVERIFY(bench.page.isSettled());
    }

    void it_fits_into_the_room_that_the_window_gives_it()
    {
        PathsBench bench("resnet8");
        QTest::mouseClick(bench.task("Sample single paths").startButton(), Qt::LeftButton);
        QTRY_VERIFY(bench.page.sampled());
        verifyFits(bench.page, "paths");
    }

    void a_plain_network_says_that_it_has_one_path()
    {
        PathsBench bench("plain8");
        QVERIFY(bench.chart("Gradient by path length").placeholder().contains("one path"));
        QVERIFY(bench.page.tables().empty());
        QVERIFY(!bench.task("Sample single paths").isVisible());
    }
};

QTEST_MAIN(PathsPageTest)
#include "paths_page_test.moc"
