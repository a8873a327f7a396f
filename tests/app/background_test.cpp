// Jobs off the GUI thread: only the newest one answers, errors are reported, and no job keeps the program from ending.
#include "session/background.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QtTest>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace reslens;
using session::Background;

namespace {

void ignore(const Error &) {}

/// Waits at most for `ms`.
void untilStopped(const std::stop_token &stop, int ms = 20'000)
{
    for (int waited = 0; waited < ms && !stop.stop_requested(); ++waited)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

class BackgroundTest : public QObject {
    Q_OBJECT

private slots:
    void a_job_that_throws_is_told()
    {
        QStringList told;
        Background background([&](const Error &error) { told << QString::fromStdString(error.message()); });
        bool isDone = false;
        background.start(
            "job", []() -> int { throw std::runtime_error("out of paper"); }, [&](int) { isDone = true; });
        QTRY_COMPARE(told, QStringList("out of paper"));
        QVERIFY(!isDone);
    }

    void a_result_s_exception_comes_as_its_error_and_keeps_its_kind()
    {
        Background background(ignore);
        std::optional<Error> error;
        background.start(
            "job", []() -> Result<int> { throw Error(ErrorKind::Limit, "file", "too large"); },
            [&](const Result<int> &answer) { error = answer.error(); });
        QTRY_VERIFY(error);
        QCOMPARE(error->kind, ErrorKind::Limit);
        QCOMPARE(error->message(), std::string("file: too large"));
    }

    void only_the_newest_of_a_tag_answers_and_what_waits_does_not_begin()
    {
        Background background(ignore);
        QSemaphore go;
        for (const char *tag : {"a", "b"}) // as many as run at the same time
            background.start(
                tag, [&] { return go.tryAcquire(1, 20'000); }, [](bool) {});
        std::atomic<int> begun{0};
        QList<int> answers;
        for (int i = 0; i < 10; ++i)
            background.start(
                "c", [&, i] { return ++begun, i; }, [&](int value) { answers << value; });
        background.start(
            "d", [&] { return ++begun; }, [&](int value) { answers << value; });
        background.cancel("d");
        go.release(2);
        QTRY_COMPARE(answers, QList<int>{9});
        QCOMPARE(begun.load(), 1);
    }

    void a_job_that_is_replaced_is_asked_to_stop()
    {
        Background background(ignore);
        QElapsedTimer timer;
        timer.start();
        QSemaphore begun;
        std::atomic<bool> isStopped{false};
        background.start(
            "job",
            [&](const std::stop_token &stop) {
                begun.release();
                untilStopped(stop);
                isStopped = stop.stop_requested();
                return 0;
            },
            [](int) { QFAIL("it was replaced"); });
        begun.acquire();
        int answer = 0;
        background.start(
            "job", [] { return 1; }, [&](int value) { answer = value; });
        QTRY_COMPARE(answer, 1);
        QTRY_VERIFY(isStopped);
    }

    void the_end_does_not_wait_for_what_can_stop_but_for_what_must_finish()
    {
        QElapsedTimer timer;
        timer.start();
        std::atomic<int> finished{0};
        {
            Background background(ignore);
            for (int i = 0; i < 8; ++i)
                background.start(
                    QString::number(i), [](const std::stop_token &stop) { return untilStopped(stop), 0; }, [](int) {});
            background.finish([&] { return ++finished; }, [](int) {});
        }
        QVERIFY(timer.elapsed() < 10'000); // each would take 20 s without a stop
        QCOMPARE(finished.load(), 1);
    }
};

QTEST_GUILESS_MAIN(BackgroundTest)
#include "background_test.moc"
