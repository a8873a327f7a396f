#include "gui/panel.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace reslens::gui {

namespace {

constexpr int kHeadingHeight = 28;
constexpr int kEdge = 4; // with the neighbour's edge and the splitter this is the distance between cards

} // namespace

Panel::Panel(const QString &id, const QString &title, QWidget *content, QWidget *beside) : QDockWidget(title)
{
    setObjectName(id);
    setFeatures(DockWidgetMovable | DockWidgetFloatable | DockWidgetClosable);

    auto *heading = new QWidget(this);
    auto *row = new QHBoxLayout(heading);
    row->setContentsMargins(12, 0, 8, 0);
    auto *name = new QLabel(title.toUpper(), heading);
    name->setObjectName("panelTitle");
    name->setMinimumHeight(kHeadingHeight); // a dock takes its heading's hint, not its fixed height
    row->addWidget(name);
    row->addStretch(1);
    if (beside)
        row->addWidget(beside);
    setTitleBarWidget(heading);

    auto *outer = new QWidget(this);
    auto *margins = new QVBoxLayout(outer);
    margins->setContentsMargins(kEdge, 0, kEdge, kEdge);
    auto *card = new QFrame(outer);
    card->setObjectName("card");
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(content);
    margins->addWidget(card);
    setWidget(outer);
}

void Panel::keepLow()
{
    m_isLow = true;
    setMaximumHeight(sizeHint().height());
}

bool Panel::event(QEvent *event)
{
    const bool isDone = QDockWidget::event(event);
    if (m_isLow && event->type() == QEvent::LayoutRequest)
        setMaximumHeight(sizeHint().height());
    return isDone;
}

} // namespace reslens::gui
