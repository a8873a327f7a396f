// The map over the picture equals the analysis' own, names its subject, and costs nothing while it is off.
#include "app/evidence_bench.h"

#include "analysis/class_map.h"
#include "analysis/integrated_gradients.h"
#include "analysis/ledger.h"
#include "analysis/occlusion.h"
#include "analysis/saliency.h"
#include "gui/application_look.h"
#include "gui/class_map_panel.h"
#include "image/npy.h"
#include "support/compare.h"
#include "widgets/controls.h"
#include "widgets/ribbon.h"

#include <QSignalSpy>

using namespace reslens;
using namespace reslens::test;

namespace {

struct MapBench : EvidenceBench {
    gui::ClassMapPanel panel{session, view, nullptr};

    explicit MapBench(const std::string &architecture)
    {
        panel.show();
        open(architecture);
    }
    void choose(const QString &id)
    {
        QSignalSpy settled(&panel, &gui::ClassMapPanel::settled);
        panel.choose(id);
        QTRY_VERIFY(!settled.isEmpty());
    }
    /// Returns the analysis' result for the last block, without the session.
    Tensor expected(const QString &id)
    {
        const nn::Objective objective = session.objective();
        const int last = blockCount() - 1;
        const auto gradients = nn::backward(*reference->trace, objective, {});
        if (id == "grad-cam")
            return analysis::gradCam(run(), **gradients, last)->map;
        if (id == "cam")
            return analysis::classActivationMap(run(), objective.target)->map;
        if (id == "saliency")
            return analysis::inputSaliency(*reference->executor, reference->input, {objective, {}})->map;
        if (id == "smoothgrad")
            return analysis::smoothGrad(*reference->executor, reference->input, {{objective, {}}})->map;
        if (id == "integrated-gradients")
            return analysis::integratedGradients(*reference->executor, reference->input, {{objective, {}}})->map;
        if (id == "occlusion")
            return analysis::occlusion(*reference->executor, reference->input, {{objective, {}}, 4, 2})
                ->map; // 32 x 32 pixels
        return analysis::ledgerOf(run(), objective.target)->blocks.back().map;
    }
};

} // namespace

class ClassMapPanelTest : public QObject {
    Q_OBJECT

private slots:
    void each_map_is_that_of_its_analysis_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("words");
        for (const study::ClassMapKind &kind : study::classMapKinds())
            QTest::newRow(kind.id.c_str())
                << QString::fromStdString(kind.id)
                << (kind.isOfBlock || kind.id == "cam" ? "of layer3.0 · " : "of the input · ");
    }

    void each_map_is_that_of_its_analysis()
    {
        QFETCH(QString, id);
        QFETCH(QString, words);
        MapBench bench("resnet8");
        bench.session.selectPosition(2);
        bench.choose(id);
        QVERIFY2(bench.panel.map(), qPrintable(bench.panel.words()));
        const Tensor expected = bench.expected(id);
        QVERIFY2(relativeError(bench.panel.map()->map, expected) < 1e-6, worst(bench.panel.map()->map, expected));
        QVERIFY2(bench.panel.words().startsWith(words), qPrintable(bench.panel.words()));
        QVERIFY(bench.view.hasOverlay());
        QCOMPARE(bench.view.overlayOwner(), &bench.panel);
    }

    void off_costs_nothing()
    {
        MapBench bench("resnet8");
        QVERIFY(!bench.session.worker().isUnderWay("class map"));
        QVERIFY(!bench.view.hasOverlay());
        bench.choose("cam");
        bench.panel.choose({});
        QVERIFY(!bench.view.hasOverlay());
        QVERIFY(!bench.panel.map());
        bench.session.selectPosition(1);
        QVERIFY(!bench.session.worker().isUnderWay("class map"));
    }

    void it_follows_the_selected_block_and_the_target()
    {
        MapBench bench("resnet8");
        bench.choose("grad-cam");
        QVERIFY(bench.panel.words().startsWith("of layer1.0"));
        bench.session.selectPosition(1);
        QTRY_VERIFY(bench.panel.words().startsWith("of layer2.0"));
        const int other = (bench.session.targetClass() + 1) % 10;
        bench.session.selectTarget(other);
        QTRY_VERIFY2(bench.panel.words().endsWith(QString("class %1").arg(other)), qPrintable(bench.panel.words()));
        const auto gradients = nn::backward(*bench.reference->trace, bench.session.objective(), {});
        const Tensor expected = analysis::gradCam(bench.run(), **gradients, 1)->map;
        QVERIFY(relativeError(bench.panel.map()->map, expected) < 1e-6);
    }

    void a_long_map_can_be_cancelled_and_chosen_again()
    {
        MapBench bench("resnet110");
        auto *task = bench.panel.findChild<widgets::TaskControl *>();
        bench.panel.choose("occlusion"); // runs hundreds of pictures through 54 blocks
        QTRY_VERIFY(task->isVisible());
        QTRY_VERIFY(task->progress().value() > 0);
        QTest::mouseClick(task->cancelButton(), Qt::LeftButton);
        QVERIFY(!bench.session.worker().isUnderWay("class map"));
        QVERIFY(!bench.view.hasOverlay());
        QVERIFY(bench.panel.words().contains("cancelled"));
        bench.choose("cam");
        QVERIFY(bench.view.hasOverlay());
    }

    void a_plain_network_says_why_it_has_no_share_of_the_logit()
    {
        MapBench bench("plain8");
        QSignalSpy failed(&bench.session, &session::Session::failed);
        bench.choose("ledger");
        QVERIFY2(bench.panel.words().contains("ledger"), qPrintable(bench.panel.words()));
        QVERIFY(!bench.view.hasOverlay());
        QVERIFY(failed.isEmpty());
        bench.choose("grad-cam");
        QVERIFY(bench.view.hasOverlay());
    }

    void another_overlay_turns_the_map_off()
    {
        MapBench bench("resnet8");
        bench.choose("cam");
        QObject other;
        bench.view.setOverlay(QImage(2, 2, QImage::Format_RGB32), 1, &other);
        QCOMPARE(bench.panel.chosen(), QString());
        QCOMPARE(bench.view.overlay().size(), QSize(2, 2));
    }

    void another_picture_takes_the_old_map_away()
    {
        MapBench bench("resnet8");
        bench.choose("cam");
        const Tensor before = bench.panel.map()->map;
        QSignalSpy settled(&bench.panel, &gui::ClassMapPanel::settled);
        bench.session.openImage(drawnPicture(7), "another");
        QTRY_VERIFY(!settled.isEmpty());
        QVERIFY(relativeError(bench.panel.map()->map, before) > 1e-3);
    }

    void the_picture_and_the_numbers_are_exported()
    {
        MapBench bench("resnet8");
        QVERIFY(bench.panel.exports().empty());
        bench.choose("grad-cam");
        const std::vector<pages::Export> exports = bench.panel.exports();
        QCOMPARE(exports.size(), std::size_t(2));
        QCOMPARE(exports[0].suggestedName, QString("grad-cam.layer1.0.png"));
        QTemporaryDir folder;
        exports[0].write(folder.filePath("map.png"), 640);
        exports[1].write(folder.filePath("map.npy"), 0);
        QTRY_VERIFY(QFile::exists(folder.filePath("map.png")) && QFile::exists(folder.filePath("map.npy")));
        const QImage image(folder.filePath("map.png"));
        QCOMPARE(image.width(), 640);
        QVERIFY(image.height() > 640);
        const Result<image::NpyArray> numbers = image::readNpyArray(folder.filePath("map.npy").toStdString());
        QVERIFY(numbers);
        QCOMPARE(numbers->values, bench.panel.map()->map.values);
    }

    void in_the_window_it_stands_under_the_picture_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << int(gui::ThemeChoice::Light);
        QTest::newRow("dark") << int(gui::ThemeChoice::Dark);
    }

    void in_the_window_it_stands_under_the_picture()
    {
        QFETCH(int, theme);
        gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
        WindowBench bench;
        bench.window.resize(1280, 720);
        bench.show();
        bench.session.openModel("small");
        bench.dropFiles({bench.savedPicture("a.png", 6)});
        auto *panel = bench.part<gui::ClassMapPanel>();
        panel->choose("grad-cam");
        QTRY_VERIFY(panel->map());
        for (const QWidget *part : panel->findChildren<QWidget *>())
            if (part->isVisible())
                QTRY_VERIFY2(part->width() >= part->minimumSizeHint().width(),
                             qPrintable(QString(part->metaObject()->className()) + " " + part->accessibleName()));
        bench.screenshot(QString("class-map-%1").arg(QTest::currentDataTag()));
        gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
    }
};

QTEST_MAIN(ClassMapPanelTest)
#include "class_map_panel_test.moc"
