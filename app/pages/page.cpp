#include "pages/page.h"

#include <algorithm>

namespace reslens::pages {

using session::Session;

Page::Page(const PageContext &context, QWidget *parent, QString subject)
    : QWidget(parent), m_context(context), m_subject(std::move(subject))
{
    connect(&session(), &Session::tracedChanged, this, [this] {
        m_asked.clear(); // they were about another trace
        m_problem.clear();
        if (!session().traced())
            dropAnswers();
    });
    connect(&session(), &Session::activityChanged, this, [this] {
        if (!session().traced())
            invalidate(); // whyEmpty() has changed
    });
}

void Page::invalidate()
{
    m_isStale = true;
    if (!isVisible())
        return;
    m_isStale = false;
    refresh();
}

void Page::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        invalidate();
}

void Page::forget(const QString &tag)
{
    if (m_asked.erase(tag) > 0)
        session().worker().cancel(tag);
}

bool Page::isAsking() const
{
    const auto isUnderWay = [this](const QString &tag) { return session().worker().isUnderWay(tag); };
    return std::ranges::any_of(m_asked, isUnderWay) || std::ranges::any_of(m_awaited, isUnderWay);
}

void Page::setProblem(const Error &error)
{
    if (error.kind != ErrorKind::Cancelled) // otherwise the replacing request answers
        setProblem(QString::fromStdString(error.message()));
    session().tell(error);
}

QString Page::whyEmpty() const
{
    if (!session().activity().isEmpty())
        return session().activity();
    if (!m_problem.isEmpty())
        return m_problem;
    if (!session().model())
        return tr("Choose a model, or drop a checkpoint, to see %1").arg(m_subject);
    if (session().picture().isNull())
        return tr("Open a picture to see %1").arg(m_subject);
    return isAsking() ? tr("Computing…") : QString();
}

} // namespace reslens::pages
