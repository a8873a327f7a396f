// Live controls in the real window: the network runs with the scales that the ribbon sets.
#include "app/reference_run.h"
#include "app/window_bench.h"

#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"
#include "widgets/ribbon_controls.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QStatusBar>

using namespace reslens;
using namespace reslens::test;

namespace {

/// Runs the open picture on the test's own executor.
std::vector<float> logitsWith(const WindowBench &bench, const std::vector<nn::BlockScale> &scales)
{
    return ReferenceRun(generatedModel("small", "resnet8"), bench.session.picture().image, scales).logits();
}

const std::vector<float> &shownLogits(const WindowBench &bench)
{
    static const std::vector<float> none;
    return bench.session.traced() ? bench.session.traced()->forward.logits.values : none;
}

} // namespace

class LiveWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette()); }
    void cutting_a_branch_by_key_runs_the_network_without_it_and_undo_brings_it_back();
    void the_sliders_scale_the_selected_block();
    void what_is_pointed_at_in_the_ribbon_is_pointed_at_everywhere();
    void the_strip_says_how_well_the_shares_add_up();
    void the_self_test_reports_the_device();
    void another_model_begins_as_it_was_trained();

private:
    static void openPicture(WindowBench &bench)
    {
        bench.show();
        bench.session.openModel("small");
        bench.dropFiles({bench.savedPicture("meadow.png", 1)});
        QTRY_VERIFY(bench.session.numbers().flow());
    }
};

void LiveWindowTest::cutting_a_branch_by_key_runs_the_network_without_it_and_undo_brings_it_back()
{
    WindowBench bench;
    openPicture(bench);
    const std::vector<float> intact = shownLogits(bench);
    QCOMPARE(intact, logitsWith(bench, {}));
    auto *ribbon = bench.part<widgets::Ribbon>();
    ribbon->setFocus();
    ribbon->setCurrentRow(2); // the second block
    QTest::keyClick(ribbon, Qt::Key_B);
    QTRY_COMPARE(shownLogits(bench), logitsWith(bench, {{1, 1}, {1, 0}, {1, 1}}));
    QVERIFY(shownLogits(bench) != intact);
    QTRY_COMPARE(bench.session.numbers().contributions()->at(1).scale.beta, 0.0f);
    bench.screenshot("window-cut-branch");
    QTest::keyClick(&bench.window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(shownLogits(bench), intact);
}

void LiveWindowTest::the_sliders_scale_the_selected_block()
{
    WindowBench bench;
    openPicture(bench);
    bench.part<widgets::Ribbon>()->setCurrentRow(1);
    auto *controls = bench.part<widgets::RibbonControls>();
    const QList<QDoubleSpinBox *> numbers = controls->findChildren<QDoubleSpinBox *>();
    QCOMPARE(numbers.size(), 2);
    numbers[0]->setValue(0.5);
    QTRY_COMPARE(shownLogits(bench), logitsWith(bench, {{0.5f, 1}, {1, 1}, {1, 1}}));
    numbers[1]->setValue(1.5);
    QTRY_COMPARE(shownLogits(bench), logitsWith(bench, {{0.5f, 1.5f}, {1, 1}, {1, 1}}));
}

void LiveWindowTest::what_is_pointed_at_in_the_ribbon_is_pointed_at_everywhere()
{
    WindowBench bench;
    openPicture(bench);
    auto *ribbon = bench.part<widgets::Ribbon>();
    QTest::mouseMove(ribbon->viewport(), ribbon->boxOf(3).center().toPoint());
    QTRY_COMPARE(bench.session.hoveredPosition(), 2);
    bench.session.hoverPosition(0);
    QCOMPARE(ribbon->hoveredRow(), 1);
}

void LiveWindowTest::the_strip_says_how_well_the_shares_add_up()
{
    WindowBench bench;
    openPicture(bench);
    QTRY_COMPARE(bench.session.trust().residuals().size(), 2);
    QVERIFY(*bench.session.trust().worstResidual() <= session::Trust::kGood);
    QStringList texts;
    for (const QLabel *label : bench.window.statusBar()->findChildren<QLabel *>())
        texts << label->text();
    QVERIFY2(texts.join('|').contains("adds up to"), qPrintable(texts.join('|')));
}

void LiveWindowTest::the_self_test_reports_the_device()
{
    WindowBench bench;
    openPicture(bench);
    QTest::keyClick(&bench.window, Qt::Key_F9);
    QTRY_VERIFY(bench.session.trust().selfTest().has_value());
    QVERIFY(bench.session.trust().selfTest()->wrong.isEmpty());
    QVERIFY(bench.window.messageBar().message().contains("Self-test passed"));
}

void LiveWindowTest::another_model_begins_as_it_was_trained()
{
    WindowBench bench;
    openPicture(bench);
    bench.session.scales().setBlock(0, {0, 1});
    bench.session.openModel("deep");
    QTRY_COMPARE(bench.session.model()->name, std::string("deep"));
    QVERIFY(!bench.session.scales().isChanged());
    QVERIFY(!bench.session.scales().undoStack().canUndo());
    QTRY_COMPARE(int(bench.session.numbers().contributions() ? bench.session.numbers().contributions()->size() : 0), 9);
}

QTEST_MAIN(LiveWindowTest)
#include "live_window_test.moc"
