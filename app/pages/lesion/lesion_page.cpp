#include "pages/lesion/lesion_page.h"

#include "pages/lesion/live_panel.h"
#include "pages/lesion/study_panel.h"
#include "session/session.h"
#include "widgets/controls.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace reslens::pages {

using session::Session;

LesionPage::LesionPage(const PageContext &context, QWidget *parent)
    : Page(context, parent), m_study(new StudyPanel(context.session, this)),
      m_live(new LivePanel(context.session, this)), m_parts(new widgets::SegmentBar(tr("Shown of the lesions"), this)),
      m_tools(new QStackedWidget(this)), m_content(new QStackedWidget(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    column->addWidget(makeToolRow());
    column->addWidget(m_content, 1);
    m_content->addWidget(m_study);
    m_content->addWidget(m_live);

    Session &open = context.session;
    connect(&open, &Session::tracedChanged, this, &LesionPage::invalidate);
    connect(&open, &Session::targetChanged, this, [this, &open] {
        if (open.targetClass() != m_studiedTarget) // tracedChanged comes just before, with the new target
            invalidate();
    });
    connect(&open, &Session::activityChanged, this, [this, &open] {
        if (!open.traced())
            invalidate();
    });
    connect(m_study, &StudyPanel::settled, this, &Page::settled);
}

QWidget *LesionPage::makeToolRow()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    m_parts->addSegment(tr("Study"), tr("Each block cut in turn, and what changes"));
    m_parts->addSegment(tr("Live controls"), tr("Scale or cut any skips and branches, and see the answer at once"));
    row->addWidget(m_parts);
    row->addSpacing(14);
    m_tools->addWidget(m_study->tools());
    m_tools->addWidget(m_live->tools());
    m_tools->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    row->addWidget(m_tools, 1);
    connect(m_parts, &widgets::SegmentBar::changed, this, &LesionPage::turnTo);
    return bar;
}

void LesionPage::showPart(Part part)
{
    m_parts->setCurrent(part);
}

void LesionPage::turnTo(int part)
{
    m_tools->setCurrentIndex(part);
    m_content->setCurrentIndex(part);
    if (isVisible())
        renewShownPart();
}

void LesionPage::refresh()
{
    m_studiedTarget = session().targetClass();
    m_isStale = {true, true};
    renewShownPart();
}

/// The other part's passes wait until it is looked at.
void LesionPage::renewShownPart()
{
    const int part = m_content->currentIndex();
    if (!std::exchange(m_isStale[std::size_t(part)], false))
        return;
    if (part == Study)
        m_study->renew();
    else
        m_live->renew();
}

QString LesionPage::exportName() const
{
    return "lesion";
}

std::vector<models::Table> LesionPage::tables() const
{
    std::vector<models::Table> tables = m_live->tables();
    if (const analysis::LesionStudy *study = m_study->study())
        tables.insert(tables.begin(), studyTable(*study));
    return tables;
}

QWidget *LesionPage::picture()
{
    return m_content->currentWidget();
}

bool LesionPage::isSettled() const
{
    return Page::isSettled() && !m_study->isUnderWay();
}

} // namespace reslens::pages
