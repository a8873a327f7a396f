// An application that measures how long each event keeps the GUI thread busy: its processor time, and the time it
// slept (for a lock, the disk, the X server). It also measures wall time, which a loaded machine lengthens.
#pragma once

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QMetaEnum>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace reslens::test {

struct BusyEvent {
    QString what;  // receiver's class and name, event
    QString phase; // what the test was doing
    double cpuMs = 0, asleepMs = 0, wallMs = 0;
    double blockedMs() const { return cpuMs + asleepMs; }
};

class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (!m_isWatching || m_depth > 0)
            return QApplication::notify(receiver, event);
        // The receiver may be gone after the event.
        const QString what = QStringLiteral("%1 \"%2\" %3")
                                 .arg(receiver->metaObject()->className(), receiver->objectName(),
                                      QMetaEnum::fromType<QEvent::Type>().valueToKey(event->type()));
        ++m_depth;
        const auto wall = std::chrono::steady_clock::now();
        const double cpu = cpuMs(), queued = queuedMs();
        const bool isHandled = QApplication::notify(receiver, event);
        const double busy = cpuMs() - cpu, waited = queuedMs() - queued;
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - wall;
        --m_depth;
        ++m_count;
        const double asleep = m_schedule.isOpen() ? std::max(0.0, elapsed.count() - busy - waited) : 0;
        keep({what, m_phase, busy, asleep, elapsed.count()});
        return isHandled;
    }

    /// Starts to watch the calling thread, the GUI thread.
    void watch()
    {
        m_schedule.setFileName("/proc/thread-self/schedstat");
        if (!m_schedule.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
            qWarning("no schedstat: sleep cannot be told from waiting for a processor, and is not measured");
        m_isWatching = true;
    }
    void rest()
    {
        m_isWatching = false;
        m_schedule.close();
    }
    void setPhase(const QString &phase) { m_phase = phase; }
    int count() const { return m_count; }
    void forget()
    {
        m_longest.clear();
        m_count = 0;
    }
    /// Sorted by BusyEvent::blockedMs(), longest first.
    const std::vector<BusyEvent> &longest() const { return m_longest; }

private:
    static constexpr std::size_t kKept = 40;

    static double cpuMs()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
    }

    /// Returns the time in which this thread was ready but others ran; 0 if the kernel does not say.
    double queuedMs()
    {
        m_schedule.seek(0);
        const QList<QByteArray> fields = m_schedule.readAll().split(' ');
        return fields.size() > 1 ? fields[1].toDouble() / 1e6 : 0;
    }

    void keep(BusyEvent event)
    {
        m_longest.push_back(std::move(event));
        std::ranges::sort(m_longest, std::ranges::greater(), &BusyEvent::blockedMs);
        m_longest.resize(std::min(m_longest.size(), kKept));
    }

    bool m_isWatching = false;
    int m_depth = 0, m_count = 0;
    QString m_phase;
    QFile m_schedule;
    std::vector<BusyEvent> m_longest;
};

} // namespace reslens::test
