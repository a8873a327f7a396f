// A button that starts something long; while that runs, how far it is, and a way to stop it.
#pragma once

#include <QProgressBar>
#include <QPushButton>

namespace reslens::widgets {

class TaskControl : public QWidget {
    Q_OBJECT

public:
    /// Without `text` there is no button to start it, and nothing is shown while nothing runs.
    explicit TaskControl(const QString &text, QWidget *parent = nullptr);

    void setStartToolTip(const QString &text) { m_start->setToolTip(text); }
    /// How far it is is not known until setProgress().
    void setRunning(bool isRunning);
    bool isRunning() const { return m_isRunning; }
    void setProgress(int done, int total);
    const QProgressBar &progress() const { return *m_progress; }
    QPushButton *startButton() { return m_start; }
    QPushButton *cancelButton() { return m_cancel; }

signals:
    void started();
    void cancelled();

private:
    bool m_isRunning = false;
    QPushButton *m_start, *m_cancel;
    QProgressBar *m_progress;
};

} // namespace reslens::widgets
