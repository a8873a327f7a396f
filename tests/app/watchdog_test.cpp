// The GUI thread is never busy for longer than a moment, while a deep network runs and every view follows.
#include "app/watched_application.h"
#include "app/window_bench.h"

#include "gui/application_theme.h"
#include "pages/page_frame.h"
#include "session/executor_choice.h"

#include <QTabWidget>

#include <atomic>
#include <mutex>
#include <thread>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kLongestMs = 20;
constexpr int kPatienceMs = 300000; // for a software device on a busy machine

WatchedApplication &watched()
{
    return *static_cast<WatchedApplication *>(qApp);
}

/// Runs `step` inside the event loop, as a click would.
void inEventLoop(const QString &phase, std::function<void()> step)
{
    QMetaObject::invokeMethod(
        qApp,
        [phase, step = std::move(step)] {
            watched().setPhase(phase);
            step();
        },
        Qt::QueuedConnection);
}

/// Measures from another thread how long a posted event waits for its turn.
class Pinger {
public:
    Pinger()
        : m_thread([this](std::stop_token stop) {
              while (!stop.stop_requested()) {
                  const auto posted = std::chrono::steady_clock::now();
                  QMetaObject::invokeMethod(
                      &m_receiver,
                      [this, posted] {
                          const std::chrono::duration<double, std::milli> waited =
                              std::chrono::steady_clock::now() - posted;
                          m_longestMs = std::max(m_longestMs, waited.count());
                          ++m_count;
                          m_isAnswered = true;
                          m_isAnswered.notify_one();
                      },
                      Qt::QueuedConnection);
                  m_isAnswered.wait(false);
                  m_isAnswered = false;
                  std::this_thread::sleep_for(std::chrono::milliseconds(2));
              }
          })
    {
    }

    ~Pinger()
    {
        m_thread.request_stop();
        m_isAnswered = true;
        m_isAnswered.notify_one();
        m_thread.join();
    }

    double longestMs() const { return m_longestMs; }
    int count() const { return m_count; }

private:
    QObject m_receiver;
    double m_longestMs = 0; // of the GUI thread, as is the next
    int m_count = 0;
    std::atomic<bool> m_isAnswered = false;
    std::jthread m_thread;
};

/// A window over a real device; "deep" is a ResNet-101 with generated weights.
struct DeviceBench {
    explicit DeviceBench(std::shared_ptr<session::ExecutorFactory> factory)
        : session({[](const std::string &name) -> Result<std::shared_ptr<const nn::Model>> {
                       return generatedModel(name, "resnet101");
                   },
                   [factory](std::shared_ptr<const nn::Model> model) { return (*factory)(std::move(model)); }})
    {
    }

    QTemporaryDir folder;
    gui::Settings settings{folder.filePath("settings.ini")};
    gui::Catalogue catalogue;
    session::Session session;
    gui::MainWindow window{{session, catalogue, settings, [](gui::ThemeChoice) {}}};
};

} // namespace

class WatchdogTest : public QObject {
    Q_OBJECT

private slots:
    void the_gui_thread_is_never_busy_for_long();
};

void WatchdogTest::the_gui_thread_is_never_busy_for_long()
{
    const auto factory = std::make_shared<session::ExecutorFactory>(session::DeviceRequest{});
    {
        const auto trial = (*factory)(generatedModel("small", "resnet8"));
        if (!trial || !(*trial)->device().isVulkan)
            QSKIP("there is no Vulkan device");
    }
    gui::applyTheme(*qApp, gui::ThemeChoice::Dark, QApplication::palette());
    DeviceBench bench(factory);
    bench.window.resize(1440, 900);
    bench.window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
    session::Session &session = bench.session;
    auto *tabs = bench.window.findChild<QTabWidget *>();
    const auto isQuiet = [&] {
        const auto *frame = qobject_cast<pages::PageFrame *>(tabs->currentWidget());
        return session.traced() && session.tensor() && session.activity().isEmpty() && session.numbers().flow() &&
               session.numbers().contributions() &&
               (!frame || const_cast<pages::PageFrame *>(frame)->page()->isSettled());
    };

    watched().watch();
    Pinger pinger;
    inEventLoop("opening", [&] {
        session.openModel("deep");
        session.openImage(drawnPicture(3, {1600, 1200}), "large");
    });
    QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), kPatienceMs);
    QSignalSpy tensors(&session, &session::Session::tensorChanged);
    for (int i = 0; i < tabs->count(); ++i) {
        inEventLoop("tab " + tabs->tabText(i), [tabs, i] { tabs->setCurrentIndex(i); });
        QTRY_COMPARE(tabs->currentIndex(), i);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), kPatienceMs);
        for (const int position : {1, 8, 31, session::headOf(session.model()->network), int(session::kStem)}) {
            tensors.clear(); // the selected tensor is read anew
            inEventLoop("tab " + tabs->tabText(i) + " block " + QString::number(position),
                        [&session, position] { session.selectPosition(position); });
            QTRY_VERIFY_WITH_TIMEOUT(session.position() == position && tensors.size() > 0, kPatienceMs);
            QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), kPatienceMs);
        }
    }
    inEventLoop("scaling", [&] { session.scales().setBlock(5, {1, 0}); });
    QTRY_VERIFY(session.scales().isChanged());
    QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), kPatienceMs);
    const QString report = bench.folder.filePath("report.html");
    inEventLoop("report", [&] { bench.window.saveReport(report); });
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(report), kPatienceMs);
    watched().rest();

    QVERIFY(pinger.count() > 100);
    qInfo("%s: a pass took %.0f ms", session.device().name.c_str(), session.traced()->forward.wallMs);
    qInfo("%d events; an event waited at most %.1f ms for its turn", watched().count(), pinger.longestMs());
    for (const BusyEvent &event : watched().longest())
        qInfo("%6.1f ms of the GUI thread (%6.1f ms on the wall): %s", event.cpuMs, event.wallMs,
              qPrintable(event.what));
#ifdef NDEBUG
    const BusyEvent &worst = watched().longest().front();
    QVERIFY2(worst.cpuMs <= kLongestMs, qPrintable(QString("%1 ms: %2").arg(worst.cpuMs).arg(worst.what)));
#else
    QSKIP("times mean nothing without optimisation");
#endif
}

int main(int argc, char **argv)
{
    WatchedApplication application(argc, argv);
    WatchdogTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "watchdog_test.moc"
