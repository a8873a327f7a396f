// A session keeps, renews and forgets the right answers.
#include "app/session_bench.h"

using namespace reslens;
using namespace reslens::test;
using analysis::Job;
using session::Session;
using session::Subject;

namespace {

/// Counts the answers.
struct Answers {
    int count = 0;
    std::optional<int> value;
    QString error;

    auto taking()
    {
        return [this](const Result<int> &answer) {
            ++count;
            if (answer)
                value = *answer;
            else
                error = QString::fromStdString(answer.error().message());
        };
    }
};

Result<int> blockCount(Subject &subject, const Job &)
{
    return int(subject.network().blocks.size());
}

/// Runs until it is stopped.
Result<int> untilStopped(Subject &, const Job &job)
{
    while (!job.stop.stop_requested())
        std::this_thread::yield();
    return fail(ErrorKind::Cancelled, "", "stopped");
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

private slots:
    void a_question_sees_the_current_trace();
    void a_newer_trace_voids_older_questions();
    void a_question_is_stopped_when_it_is_asked_again();
    void nothing_is_answered_once_the_asker_is_gone();
    void a_guest_sees_the_picture_and_the_model_stays();
    void guests_are_opened_once_until_they_are_forgotten();
    void a_broken_guest_is_told_to_the_asker();
    void a_model_that_cannot_be_opened_leaves_questions_answerable();
    void scales_run_the_picture_again_and_the_target_stays();
    void block_numbers_follow_trace_and_objective();
    void numbers_that_are_not_finite_do_not_add_up();
    void a_plain_network_has_no_shares_that_could_add_up();
    void a_run_that_fails_leaves_no_numbers_of_the_one_before();
    void a_difference_needs_another_class();
    void a_difference_from_the_new_top_class_ends_and_it_is_told();
    void a_drag_is_followed_while_it_lasts();
    void pictures_of_a_strip_that_is_gone_are_not_decoded();
    void progress_is_told();
};

void SessionTest::a_question_sees_the_current_trace()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers answers;
    bench.session.ask(this, "blocks", blockCount, answers.taking());
    QTRY_COMPARE(answers.count, 1);
    QCOMPARE(answers.value, std::optional(3));
}

void SessionTest::a_newer_trace_voids_older_questions()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers answers;
    bench.session.ask(this, "long", untilStopped, answers.taking());
    QVERIFY(bench.session.worker().isUnderWay("long"));
    QSignalSpy traced(&bench.session, &Session::tracedChanged);
    bench.session.scales().setBlock(0, {1, 0});
    QTRY_VERIFY(!bench.session.worker().isUnderWay("long"));
    QTRY_COMPARE(traced.count(), 1); // arrives only if the question was stopped
    QCOMPARE(answers.count, 0);
}

void SessionTest::a_question_is_stopped_when_it_is_asked_again()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers first, second;
    bench.session.ask(this, "one", untilStopped, first.taking());
    bench.session.ask(this, "one", blockCount, second.taking());
    QTRY_COMPARE(second.count, 1);
    QCOMPARE(first.count, 0);
}

void SessionTest::nothing_is_answered_once_the_asker_is_gone()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers answers, after;
    {
        QObject asker;
        bench.session.ask(&asker, "early", blockCount, answers.taking());
    }
    bench.session.ask(this, "late", blockCount, after.taking());
    QTRY_COMPARE(after.count, 1); // questions are answered in order
    QCOMPARE(answers.count, 0);
}

void SessionTest::a_guest_sees_the_picture_and_the_model_stays()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers answers;
    bench.session.askGuest(this, "guest", "resnet20", blockCount, answers.taking());
    QTRY_COMPARE(answers.count, 1);
    QCOMPARE(answers.value, std::optional(9));
    QCOMPARE(bench.session.model()->name, std::string("resnet8"));
}

void SessionTest::guests_are_opened_once_until_they_are_forgotten()
{
    SessionBench bench;
    bench.open("resnet8");
    Answers answers;
    for (int i = 1; i <= 2; ++i) {
        bench.session.askGuest(this, "guest", "resnet20", blockCount, answers.taking());
        QTRY_COMPARE(answers.count, i);
    }
    QCOMPARE(bench.opened.load(), 2);
    bench.session.worker().forgetGuests();
    bench.session.askGuest(this, "guest", "resnet20", blockCount, answers.taking());
    QTRY_COMPARE(answers.count, 3);
    QCOMPARE(bench.opened.load(), 3);
}

void SessionTest::a_broken_guest_is_told_to_the_asker()
{
    SessionBench bench;
    bench.open("resnet8");
    QSignalSpy failed(&bench.session, &Session::failed);
    Answers answers;
    bench.session.askGuest(this, "guest", "broken", blockCount, answers.taking());
    QTRY_COMPARE(answers.count, 1);
    QCOMPARE(answers.error, QString("broken.pth: cut short"));
    QCOMPARE(failed.count(), 0); // the asker decides where to show it
}

void SessionTest::a_model_that_cannot_be_opened_leaves_questions_answerable()
{
    SessionBench bench;
    bench.open("resnet8");
    QSignalSpy traced(&bench.session, &Session::tracedChanged);
    bench.session.openModel("broken");
    QTRY_COMPARE(traced.count(), 1); // views ask dropped questions again
    Answers answers;
    bench.session.ask(this, "blocks", blockCount, answers.taking());
    QTRY_COMPARE(answers.value, std::optional(3));
}

void SessionTest::scales_run_the_picture_again_and_the_target_stays()
{
    SessionBench bench;
    bench.open("resnet8");
    const int other = (bench.session.targetClass() + 3) % 10;
    bench.session.selectTarget(other);
    const std::vector<float> before = bench.session.traced()->forward.logits.values;
    QSignalSpy traced(&bench.session, &Session::tracedChanged);
    bench.session.scales().setBlock(1, {1, 0});
    QTRY_COMPARE(traced.count(), 1);
    QVERIFY(bench.session.traced()->forward.logits.values != before);
    QCOMPARE(bench.session.traced()->scales[1].beta, 0.0f);
    QCOMPARE(bench.session.targetClass(), other);
    bench.session.scales().undoStack().undo();
    QTRY_COMPARE(traced.count(), 2);
    QCOMPARE(bench.session.traced()->forward.logits.values, before);
    bench.session.openImage(drawnPicture(5), "another");
    QTRY_COMPARE(bench.session.picture().name, QString("another"));
    QTRY_COMPARE(bench.session.targetClass(), bench.session.predictions().front().index);
}

void SessionTest::block_numbers_follow_trace_and_objective()
{
    SessionBench bench;
    QSignalSpy flows(&bench.session.numbers(), &session::BlockNumbers::flowChanged);
    bench.open("resnet8");
    QTRY_VERIFY(bench.session.numbers().contributions() && bench.session.numbers().flow());
    QCOMPARE(int(bench.session.numbers().contributions()->size()), 3);
    QCOMPARE(bench.session.numbers().flow()->objective.target, bench.session.targetClass());
    flows.clear();
    const int other = (bench.session.targetClass() + 1) % 10;
    bench.session.selectTarget(other);
    QVERIFY(!bench.session.numbers().flow()); // another class's flow is not shown meanwhile
    QTRY_VERIFY(bench.session.numbers().flow());
    QCOMPARE(flows.count(), 2);
    QCOMPARE(bench.session.numbers().flow()->objective.target, other);
    bench.session.scales().setBlock(0, {1, 0});
    QTRY_VERIFY(bench.session.numbers().contributions()->front().scale.beta == 0);
}

void SessionTest::numbers_that_are_not_finite_do_not_add_up()
{
    SessionBench bench;
    bench.open("resnet8 with NaN");
    QTRY_VERIFY(bench.session.numbers().contributions());
    QVERIFY(!bench.session.numbers().contributions()->front().complaint.empty());
    const std::optional<double> worst = bench.session.trust().worstResidual();
    QVERIFY(worst && *worst > session::Trust::kDoubtful);
}

void SessionTest::a_plain_network_has_no_shares_that_could_add_up()
{
    SessionBench bench;
    bench.open("plain8");
    QTRY_VERIFY(bench.session.numbers().contributions() && bench.session.numbers().flow());
    QVERIFY(!bench.session.trust().worstResidual());
}

void SessionTest::a_run_that_fails_leaves_no_numbers_of_the_one_before()
{
    SessionBench bench;
    bench.open("resnet8");
    QSignalSpy failed(&bench.session, &Session::failed);
    bench.session.scales().setBlock(0, {std::numeric_limits<float>::infinity(), 1});
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!bench.session.traced() && bench.session.predictions().empty());
    bench.session.scales().undoStack().undo();
    QTRY_VERIFY(bench.session.traced());
}

void SessionTest::a_difference_from_the_new_top_class_ends_and_it_is_told()
{
    SessionBench bench;
    bench.open("resnet8", 5);
    const int next = bench.session.targetClass(); // the picture is opened again below
    bench.session.selectTarget((next + 1) % 10);
    bench.session.selectObjective(nn::ObjectiveKind::LogitDifference, next);
    QSignalSpy told(&bench.session, &Session::objectiveChanged);
    bench.session.openImage(drawnPicture(5), "again");
    QTRY_COMPARE(bench.session.targetClass(), next);
    QCOMPARE(bench.session.objective().kind, nn::ObjectiveKind::Logit);
    QCOMPARE(told.count(), 1);
}

void SessionTest::a_difference_needs_another_class()
{
    SessionBench bench;
    bench.open("resnet8");
    QSignalSpy failed(&bench.session, &Session::failed);
    bench.session.selectObjective(nn::ObjectiveKind::LogitDifference, bench.session.targetClass());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(bench.session.objective().kind, nn::ObjectiveKind::LogProbability);
    const int other = (bench.session.targetClass() + 1) % 10;
    bench.session.selectObjective(nn::ObjectiveKind::LogitDifference, other);
    QCOMPARE(bench.session.objective().against, other);
    bench.session.selectTarget(other); // would be a class against itself
    QCOMPARE(bench.session.objective().kind, nn::ObjectiveKind::Logit);
    QCOMPARE(bench.session.objective().against, -1);
}

void SessionTest::a_drag_is_followed_while_it_lasts()
{
    SessionBench bench;
    bench.open("resnet8");
    QTRY_VERIFY(!bench.session.worker().isAnyUnderWay());
    QSignalSpy traced(&bench.session, &Session::tracedChanged);
    QSignalSpy numbers(&bench.session.numbers(), &session::BlockNumbers::contributionsChanged);
    int step = 0;
    while (numbers.count() < 3 && step < 5000) { // far more often than the network answers
        bench.session.scales().setBlock(0, {1, float(++step % 100) / 100}, false);
        QTest::qWait(2);
    }
    QVERIFY2(numbers.count() >= 3, "nothing is shown before the mouse rests");
    QVERIFY(traced.count() >= 3);
    bench.session.scales().setBlock(0, {1, 0.25f});
    QTRY_VERIFY(bench.session.activity().isEmpty());
    QCOMPARE(bench.session.traced()->scales[0].beta, 0.25f); // the last scales win
}

void SessionTest::pictures_of_a_strip_that_is_gone_are_not_decoded()
{
    QTemporaryDir folder;
    QStringList many, few;
    for (int i = 0; i < 40; ++i) {
        many << folder.filePath(QString("%1.png").arg(i));
        QVERIFY(drawnPicture(1).scaled(1500, 1500).save(many.last(), "PNG", 100));
    }
    few = many.mid(0, 2);
    SessionBench bench;
    QSignalSpy strips(&bench.session, &Session::picturesChanged), ready(&bench.session, &Session::thumbnailReady);
    connect(&bench.session, &Session::picturesChanged, this, [&] { ready.clear(); });
    bench.session.openPaths(many);
    QTRY_COMPARE(strips.count(), 1);
    bench.session.openPaths(few);
    QTRY_COMPARE(strips.count(), 2);
    QTRY_COMPARE(ready.count(), 2);
    QTest::qWait(500); // 40 take longer
    QCOMPARE(ready.count(), 2);
    for (const QList<QVariant> &told : ready)
        QVERIFY(told[0].toInt() < 2);
}

void SessionTest::progress_is_told()
{
    SessionBench bench;
    bench.open("resnet8");
    QList<QPair<int, int>> steps;
    Answers answers;
    const auto count = [](Subject &, const Job &job) -> Result<int> {
        for (int i = 0; i <= 200; ++i)
            job.report(i, 200);
        return 1;
    };
    bench.session.ask(this, "steps", count, answers.taking(), [&](int done, int total) {
        steps.append({done, total});
    });
    QTRY_COMPARE(answers.count, 1);
    QVERIFY(!steps.isEmpty());
    QVERIFY2(steps.size() < 50, "more often than anyone can see");
    QCOMPARE(steps.last(), qMakePair(200, 200));
}

QTEST_MAIN(SessionTest)
#include "session_test.moc"
