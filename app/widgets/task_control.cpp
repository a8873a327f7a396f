#include "widgets/task_control.h"

#include <QHBoxLayout>

namespace reslens::widgets {

namespace {

constexpr int kProgressLetters = 10; // of the progress bar's width

} // namespace

TaskControl::TaskControl(const QString &text, QWidget *parent)
    : QWidget(parent), m_start(new QPushButton(text, this)), m_cancel(new QPushButton(tr("Cancel"), this)),
      m_progress(new QProgressBar(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_start);
    row->addWidget(m_progress, 1);
    row->addWidget(m_cancel);
    m_progress->setMinimumWidth(kProgressLetters * fontMetrics().averageCharWidth());
    m_progress->setAccessibleName(tr("Progress"));
    m_start->setAccessibleName(text.isEmpty() ? tr("Start") : text);
    m_cancel->setToolTip(tr("Stop; what is shown stays as it is"));
    m_cancel->setAccessibleName(text.isEmpty() ? tr("Cancel") : tr("Cancel: %1").arg(text));
    connect(m_start, &QPushButton::clicked, this, &TaskControl::started);
    connect(m_cancel, &QPushButton::clicked, this, &TaskControl::cancelled);
    setRunning(false);
}

void TaskControl::setRunning(bool isRunning)
{
    m_isRunning = isRunning;
    const bool canStart = !m_start->text().isEmpty();
    m_start->setVisible(canStart && !isRunning);
    m_progress->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    m_progress->setRange(0, 0);
}

void TaskControl::setProgress(int done, int total)
{
    m_progress->setRange(0, total);
    m_progress->setValue(done);
}

} // namespace reslens::widgets
