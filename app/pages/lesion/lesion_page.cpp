#include "pages/lesion/lesion_page.h"

#include "pages/lesion/live_panel.h"
#include "pages/lesion/study_panel.h"
#include "widgets/controls.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace reslens::pages {

using session::Session;

LesionPage::LesionPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("what each block is needed for")), m_study(new StudyPanel(context.session, this)),
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

    await(StudyPanel::kTag);
    await(LivePanel::kTag);
    follow(&Session::tracedChanged);
    connect(&context.session, &Session::objectiveChanged, this, [this] {
        if (session().targetClass() == m_studiedTarget)
            return;
        m_study->forget();
        invalidate();
    });
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

/// The hidden part's passes wait until it is shown.
void LesionPage::renewShownPart()
{
    const int part = m_content->currentIndex();
    if (!std::exchange(m_isStale[std::size_t(part)], false))
        return;
    if (part == Study)
        m_study->renew(whyEmpty());
    else
        m_live->renew(whyEmpty());
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

PageEntry LesionPage::entry()
{
    return {
        "lesion",
        tr("Lesion"),
        Qt::ALT | Qt::Key_6,
        {tr("The network without one of its branches: what was each block needed for? (The changes do not add "
            "up.)"),
         tr("<p>In <b>u</b>&nbsp;=&nbsp;α·<b>s</b>&nbsp;+&nbsp;β·<b>F</b>, β&nbsp;=&nbsp;0 cuts a block’s branch: the "
            "<i>lesion</i>. The study cuts one at a time and runs the rest as it is; Δ is lesioned minus intact, for "
            "the target class. α&nbsp;=&nbsp;0 cuts a skip; all skips cut is the <i>plain counterfactual</i> of the "
            "same weights, not a plain network that was trained as one.</p><p>Later blocks see another input and "
            "answer differently. So the deltas neither add up to the logit nor equal the ledger’s entries: they "
            "answer "
            "another question.</p>"),
         tr("Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016, "
            "arXiv 1605.06431")},
        [](const PageContext &context, QWidget *parent) { return new LesionPage(context, parent); }};
}

} // namespace reslens::pages
