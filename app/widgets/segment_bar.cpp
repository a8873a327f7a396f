#include "widgets/segment_bar.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace reslens::widgets {

SegmentBar::SegmentBar(const QString &name, QWidget *parent) : QWidget(parent)
{
    setAccessibleName(name);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    connect(&m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool isOn) {
        if (isOn)
            emit changed(id);
    });
}

void SegmentBar::addSegment(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton(this);
    button->setObjectName("segment");
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(accessibleName() + ": " + text);
    button->setCheckable(true);
    const int index = int(m_buttons.buttons().size());
    button->setChecked(index == 0);
    m_buttons.addButton(button, index);
    layout()->addWidget(button);
}

void SegmentBar::setCurrent(int index)
{
    if (QAbstractButton *button = m_buttons.button(index))
        button->setChecked(true);
}

QString SegmentBar::currentText() const
{
    const QAbstractButton *button = m_buttons.checkedButton();
    return button ? button->text() : QString();
}

void SegmentBar::setSegmentVisible(int index, bool isVisible)
{
    if (QAbstractButton *button = m_buttons.button(index))
        button->setVisible(isVisible);
}

} // namespace reslens::widgets
