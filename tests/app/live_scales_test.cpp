// The steps of undo in the live controls.
#include "session/live_scales.h"

#include <QSignalSpy>
#include <QtTest>

using namespace reslens;
using session::LiveScales;

class LiveScalesTest : public QObject {
    Q_OBJECT

private slots:
    void a_model_begins_with_all_ones_and_nothing_to_undo();
    void a_drag_is_one_step_to_undo();
    void two_drags_of_one_block_are_two_steps();
    void scenarios_are_undone_whole();
    void scales_for_another_number_of_blocks_are_ignored();
    void redo_brings_back_what_was_undone();
};

void LiveScalesTest::a_model_begins_with_all_ones_and_nothing_to_undo()
{
    LiveScales controls;
    controls.reset(3);
    controls.setBlock(1, {0, 1});
    controls.reset(4);
    QCOMPARE(controls.scales(), std::vector<nn::BlockScale>(4));
    QVERIFY(!controls.isChanged());
    QVERIFY(!controls.undoStack().canUndo());
}

void LiveScalesTest::a_drag_is_one_step_to_undo()
{
    LiveScales controls;
    controls.reset(3);
    QSignalSpy changes(&controls, &LiveScales::changed);
    for (const float beta : {0.9f, 0.7f, 0.4f})
        controls.setBlock(1, {1, beta}, false);
    controls.setBlock(1, {1, 0.4f}, true);
    QCOMPARE(changes.count(), 3); // the release changes nothing
    QCOMPARE(controls.of(1).beta, 0.4f);
    QVERIFY(controls.isChanged());
    controls.undoStack().undo();
    QVERIFY(!controls.isChanged());
    QVERIFY(!controls.undoStack().canUndo());
}

void LiveScalesTest::two_drags_of_one_block_are_two_steps()
{
    LiveScales controls;
    controls.reset(3);
    controls.setBlock(1, {1, 0.5f}, false);
    controls.setBlock(1, {1, 0.4f}, true);
    controls.setBlock(1, {1, 0.2f}, false);
    controls.setBlock(1, {1, 0.1f}, true);
    controls.undoStack().undo();
    QCOMPARE(controls.of(1).beta, 0.4f);
    controls.undoStack().undo();
    QCOMPARE(controls.of(1).beta, 1.0f);
}

void LiveScalesTest::scenarios_are_undone_whole()
{
    LiveScales controls;
    controls.reset(2);
    controls.setBlock(0, {0, 1});
    controls.setAll({{1, 0}, {1, 0}}, "all branches cut");
    QCOMPARE(controls.undoStack().undoText(), QString("all branches cut"));
    controls.undoStack().undo();
    QCOMPARE(controls.scales(), (std::vector<nn::BlockScale>{{0, 1}, {1, 1}}));
}

void LiveScalesTest::scales_for_another_number_of_blocks_are_ignored()
{
    LiveScales controls;
    controls.reset(2);
    controls.setAll({{0, 0}}, "of another network");
    controls.setBlock(7, {0, 0});
    QVERIFY(!controls.isChanged());
    QVERIFY(!controls.undoStack().canUndo());
}

void LiveScalesTest::redo_brings_back_what_was_undone()
{
    LiveScales controls;
    controls.reset(2);
    controls.setBlock(1, {0.5f, 2});
    controls.undoStack().undo();
    controls.undoStack().redo();
    QCOMPARE(controls.of(1), (nn::BlockScale{0.5f, 2}));
}

QTEST_GUILESS_MAIN(LiveScalesTest)
#include "live_scales_test.moc"
