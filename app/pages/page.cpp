#include "pages/page.h"

namespace reslens::pages {

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

} // namespace reslens::pages
