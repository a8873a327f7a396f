// The same analyses on the Vulkan device and on the CPU reference, under validation.
#include "analysis/example.h"
#include "analysis/gradient_flow.h"
#include "analysis/ledger.h"
#include "analysis/parameter_gradients.h"
#include "analysis/response.h"
#include "analysis/skip.h"
#include "engine/validated_device.h"
#include "support/gradient_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

constexpr double kTolerance = 1e-4;

/// The largest of all differences, and its subject.
class Comparison {
public:
    /// Adds |a - b| relative to `scale`.
    void add(const std::string &what, double a, double b, double scale)
    {
        const double error = a == b ? 0.0 : std::abs(a - b) / scale;
        if (error <= m_worst)
            return;
        m_worst = error;
        m_where = what + ": " + std::to_string(a) + ", reference " + std::to_string(b);
    }
    void addRelative(const std::string &what, double a, double b) { add(what, a, b, std::abs(b)); }
    /// Shares and cosines have a scale of 1.
    void addRatio(const std::string &what, const Ratio &a, const Ratio &b)
    {
        add(what, a.value + (a.isDefined ? 0 : 1e9), b.value + (b.isDefined ? 0 : 1e9), 1.0);
    }

    void verify(const char *name) const
    {
        qInfo("%s: worst difference %.1e (%s)", name, m_worst, m_where.c_str());
        QVERIFY2(m_worst <= kTolerance, m_where.c_str());
    }

private:
    double m_worst = 0;
    std::string m_where;
};

} // namespace

class BothExecutorsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { m_device = openValidatedDevice(); }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void every_analysis_agrees_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char *name : {"resnet20", "resnet20_b", "resnet50", "plain20"})
            QTest::newRow(name) << name;
    }

    void every_analysis_agrees()
    {
        QFETCH(QString, architecture);
        const GradientGolden golden = readGradientGolden(architecture.toStdString());
        const auto model = generatedModel(golden.architecture);
        const Example device(must(engine::Device::makeExecutor(m_device, model)), golden.input);
        const Example cpu(executorFor(golden.architecture), golden.input);
        compareForward(device, cpu);
        compareBackward(device, cpu);
        if (golden.architecture != "plain20")
            compareLedgers(device, cpu);
    }

private:
    static void compareForward(const Example &device, const Example &cpu)
    {
        Comparison comparison;
        const auto a = must(contributionsOf(device.run())), b = must(contributionsOf(cpu.run()));
        for (std::size_t i = 0; i < b.size(); ++i) {
            const auto named = [&](const char *what) { return b[i].name + " " + what; };
            comparison.addRelative(named("x"), a[i].x.norm, b[i].x.norm);
            comparison.addRelative(named("s"), a[i].s.norm, b[i].s.norm);
            comparison.addRelative(named("F"), a[i].F.norm, b[i].F.norm);
            comparison.addRelative(named("u"), a[i].u.norm, b[i].u.norm);
            comparison.addRelative(named("y"), a[i].y.norm, b[i].y.norm);
            comparison.addRatio(named("skip share"), a[i].skipShare, b[i].skipShare);
            comparison.addRatio(named("branch share"), a[i].branchShare, b[i].branchShare);
            comparison.addRatio(named("alignment"), a[i].alignment, b[i].alignment);
            comparison.addRatio(named("refinement"), a[i].refinement, b[i].refinement);
            comparison.addRatio(named("clipped"), a[i].clippedShare, b[i].clippedShare);
            comparison.addRatio(named("clipped energy"), a[i].clippedEnergy, b[i].clippedEnergy);
            comparison.addRelative(named("write"), a[i].write, b[i].write);
            comparison.addRelative(named("erase"), a[i].erase, b[i].erase);
            comparison.addRelative(named("kill"), a[i].kill, b[i].kill);
        }
        const auto own = must(responsesOf(device.run())), expected = must(responsesOf(cpu.run()));
        for (std::size_t i = 0; i < expected.size(); ++i)
            comparison.addRelative(expected[i].convolution + " response", own[i].deviation, expected[i].deviation);
        comparison.verify("forward");
    }

    static void compareBackward(const Example &device, const Example &cpu)
    {
        Comparison comparison;
        const auto onDevice = device.gradients(), onCpu = cpu.gradients();
        const GradientFlow a = must(gradientFlow(device.network(), *onDevice)),
                           b = must(gradientFlow(cpu.network(), *onCpu));
        for (std::size_t i = 0; i < b.blocks.size(); ++i) {
            const BlockFlow &own = a.blocks[i], &expected = b.blocks[i];
            const auto named = [&](const char *what) { return expected.name + " " + what; };
            comparison.addRelative(named("gy"), own.gy.norm, expected.gy.norm);
            comparison.addRelative(named("gs"), own.gs.norm, expected.gs.norm);
            comparison.addRelative(named("gF"), own.gF.norm, expected.gF.norm);
            comparison.addRelative(named("gx"), own.gx.norm, expected.gx.norm);
            comparison.addRatio(named("skip share"), own.skipShare, expected.skipShare);
            comparison.addRatio(named("branch share"), own.branchShare, expected.branchShare);
            comparison.addRatio(named("cosine"), own.cosine, expected.cosine);
            comparison.addRelative(named("gain"), own.gain.value, expected.gain.value);
        }
        comparison.addRelative("input", a.input.norm, b.input.norm);
        comparison.verify("backward");

        Comparison parameters;
        const auto own = must(parameterGradients(device.executor->model(), *onDevice)),
                   expected = must(parameterGradients(cpu.executor->model(), *onCpu));
        for (std::size_t i = 0; i < expected.size(); ++i)
            parameters.addRelative(expected[i].name, own[i].gradientNorm, expected[i].gradientNorm);
        parameters.verify("parameters");
    }

    static void compareLedgers(const Example &device, const Example &cpu)
    {
        Comparison comparison;
        const Ledger a = must(ledgerOf(device.run(), 1, 2)), b = must(ledgerOf(cpu.run(), 1, 2));
        QVERIFY2(a.total.residual.value <= kTolerance, qPrintable(QString::number(a.total.residual.value)));
        const double scale = std::abs(b.total.whole);
        comparison.add("stem", a.stem, b.stem, scale);
        comparison.add("projections", a.projections, b.projections, scale);
        comparison.add("difference of the logits", a.total.whole, b.total.whole, scale);
        for (std::size_t i = 0; i < b.blocks.size(); ++i)
            comparison.add(b.blocks[i].name, a.blocks[i].branch, b.blocks[i].branch, scale);
        comparison.verify("ledger");
        qInfo("ledger residuals: device %.1e, reference %.1e", a.total.residual.value, b.total.residual.value);
    }

    std::shared_ptr<engine::Device> m_device;
};

QTEST_GUILESS_MAIN(BothExecutorsTest)
#include "both_executors_test.moc"
