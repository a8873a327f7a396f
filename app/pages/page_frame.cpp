#include "pages/page_frame.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

namespace reslens::pages {

namespace {

constexpr int kPaneWidth = 300;

} // namespace

PageFrame::PageFrame(const PageEntry &entry, const PageContext &context, QWidget *parent)
    : QWidget(parent), m_entry(entry), m_toggle(new QToolButton(this)), m_pane(new QTextBrowser(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    m_page = entry.make(context, splitter);
    m_page->setAccessibleName(entry.title);
    splitter->addWidget(m_page);
    splitter->addWidget(m_pane);
    splitter->setStretchFactor(0, 1);
    splitter->setCollapsible(0, false);
    column->addWidget(splitter, 1);
    fillPane();
    m_pane->hide();
}

QWidget *PageFrame::makeHeader()
{
    auto *header = new QWidget(this);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(14, 0, 10, 0);
    auto *sentence = new QLabel(m_entry.explanation.sentence, header);
    sentence->setObjectName("muted");
    sentence->setWordWrap(true);
    sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_toggle->setText(tr("How is this computed?"));
    m_toggle->setToolTip(tr("Formula and source of what this view shows (F3)"));
    m_toggle->setObjectName("toggle");
    m_toggle->setCheckable(true);
    row->addWidget(sentence, 1);
    row->addWidget(m_toggle, 0, Qt::AlignTop);
    connect(m_toggle, &QToolButton::toggled, this, [this](bool isOn) {
        m_pane->setVisible(isOn);
        emit explainedChanged(isOn);
    });
    return header;
}

void PageFrame::fillPane()
{
    const Explanation &explanation = m_entry.explanation;
    m_pane->setObjectName("explanation");
    m_pane->setMinimumWidth(kPaneWidth);
    m_pane->setOpenLinks(false); // ResLens does not use the network
    m_pane->setAccessibleName(tr("How this is computed"));
    m_pane->setHtml(QStringLiteral("<p>%1</p>%2<p><i>%3</i></p>")
                        .arg(explanation.sentence, explanation.formula, explanation.reference));
}

void PageFrame::setExplained(bool isExplained)
{
    m_toggle->setChecked(isExplained);
}

} // namespace reslens::pages
