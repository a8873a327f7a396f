// Visits every view, lets it compute, and collects what it shows. It works in small steps from the event loop; other
// threads compress pictures and hash files.
#pragma once

#include "gui/report_facts.h"
#include "session/background.h"

#include <QElapsedTimer>
#include <QTimer>

class QTabWidget;

namespace reslens::gui {

/// The sources of a report; they outlive the collector.
struct ReportSource {
    session::Session &session;
    QTabWidget &tabs; // each is a pages::PageFrame
    QWidget &network; // the ribbon
};

class ReportCollector : public QObject {
    Q_OBJECT

public:
    explicit ReportCollector(const ReportSource &source, QObject *parent = nullptr);

    void start();
    /// Sends no more signals, and shows the view that was in front.
    void cancel();

signals:
    void progressed(int step, const QString &what);
    void finished(const reslens::gui::Report &report);
    void failed(const QString &message);

private:
    void gatherHead();
    void askLedger();
    void hashFiles();
    void showView(int index);
    void lookAtView();
    void takeView(const QString &remark);
    void finishWhenReady();
    void encode(const QString &tag, const QImage &image, std::function<void(QByteArray)> take);
    void leave();
    void giveUp(const QString &why);

    ReportSource m_source;
    Report m_report;
    ReportHashes m_hashes;
    std::shared_ptr<const analysis::Ledger> m_ledger;
    QString m_whyNoLedger;
    int m_view = -1, m_viewBefore = 0;
    int m_awaited = 0;      // background jobs and questions
    int m_settledTicks = 0; // settled ticks in a row
    bool m_isRunning = false, m_hasSeenAll = false;
    QTimer m_ticks;
    QElapsedTimer m_patience;
    session::Background m_background;
};

/// Begins at once. `onDone` gets the report or the error, unless the report is cancelled. The collector then deletes
/// itself.
ReportCollector *collectReport(const ReportSource &source, const std::function<void(const Result<Report> &)> &onDone,
                               QObject *parent);

} // namespace reslens::gui
