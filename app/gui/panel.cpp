#include "gui/panel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace reslens::gui {

Panel::Panel(const QString &id, const QString &title, QWidget *content, QWidget *beside) : QDockWidget(title)
{
    setObjectName(id);
    setFeatures(DockWidgetMovable | DockWidgetFloatable | DockWidgetClosable);

    auto *heading = new QWidget(this);
    auto *row = new QHBoxLayout(heading);
    row->setContentsMargins(10, 4, 6, 4);
    auto *name = new QLabel(title.toUpper(), heading);
    name->setObjectName("panelTitle");
    row->addWidget(name);
    row->addStretch(1);
    if (beside)
        row->addWidget(beside);
    setTitleBarWidget(heading);

    auto *outer = new QWidget(this);
    auto *margins = new QVBoxLayout(outer);
    margins->setContentsMargins(2, 0, 2, 2);
    auto *card = new QFrame(outer);
    card->setObjectName("card");
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(content);
    margins->addWidget(card);
    setWidget(outer);
}

} // namespace reslens::gui
