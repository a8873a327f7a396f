// An application that measures how long the GUI thread is busy with each event: its own processor time, so that a
// loaded machine is not mistaken for a slow program, and beside it the time on the wall.
#pragma once

#include <QApplication>
#include <QEvent>
#include <QMetaEnum>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace reslens::test {

struct BusyEvent {
    QString what; // receiver's class and name, event
    double cpuMs = 0, wallMs = 0;
};

class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (!m_isWatching || m_depth > 0)
            return QApplication::notify(receiver, event);
        // The receiver may be gone afterwards.
        const QString what = QStringLiteral("%1 \"%2\" %3 %4")
                                 .arg(receiver->metaObject()->className(), receiver->objectName(),
                                      QMetaEnum::fromType<QEvent::Type>().valueToKey(event->type()), m_phase);
        ++m_depth;
        const auto wall = std::chrono::steady_clock::now();
        const double cpu = cpuMs();
        const bool isHandled = QApplication::notify(receiver, event);
        const double spent = cpuMs() - cpu;
        --m_depth;
        ++m_count;
        keep({what, spent, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - wall).count()});
        return isHandled;
    }

    void watch() { m_isWatching = true; }
    void rest() { m_isWatching = false; }
    void setPhase(const QString &phase) { m_phase = phase; }
    int count() const { return m_count; }
    /// By processor time, longest first.
    const std::vector<BusyEvent> &longest() const { return m_longest; }

private:
    static constexpr std::size_t kKept = 12;

    static double cpuMs()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
    }

    void keep(BusyEvent event)
    {
        m_longest.push_back(std::move(event));
        std::ranges::sort(m_longest, std::ranges::greater(), &BusyEvent::cpuMs);
        m_longest.resize(std::min(m_longest.size(), kKept));
    }

    bool m_isWatching = false;
    int m_depth = 0, m_count = 0;
    QString m_phase;
    std::vector<BusyEvent> m_longest;
};

} // namespace reslens::test
