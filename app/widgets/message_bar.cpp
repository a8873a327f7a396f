#include "widgets/message_bar.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QToolButton>

namespace reslens::widgets {

namespace {

constexpr int kNoticeMs = 6000;

} // namespace

MessageBar::MessageBar(QWidget *parent) : QFrame(parent), m_text(new QLabel(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 6, 6);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    auto *close = new QToolButton(this);
    close->setObjectName("quiet");
    close->setText(QStringLiteral("✕"));
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close this message"));
    row->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_leave.setSingleShot(true);
    connect(&m_leave, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void MessageBar::showProblem(const QString &message)
{
    m_leave.stop();
    showMessage(message, "message");
}

void MessageBar::showNotice(const QString &message)
{
    if (isVisible() && objectName() == "message")
        return; // a problem is not covered by a pleasantry
    m_leave.start(kNoticeMs);
    showMessage(message, "notice");
}

void MessageBar::showMessage(const QString &message, const QString &kind)
{
    setObjectName(kind); // the style sheet colours by it
    style()->unpolish(this);
    style()->polish(this);
    m_text->setText(message);
    setAccessibleName(message);
    show();
}

} // namespace reslens::widgets
