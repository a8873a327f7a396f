// The frame of every page: one sentence about the content and, on demand, the way it is computed.
#pragma once

#include "pages/page.h"

#include <QLabel>
#include <QTextBrowser>
#include <QToolButton>

namespace reslens::pages {

class PageFrame : public QWidget {
    Q_OBJECT

public:
    PageFrame(const PageEntry &entry, const PageContext &context, QWidget *parent);

    const QString &id() const { return m_entry.id; }
    const PageEntry &entry() const { return m_entry; }
    Page *page() { return m_page; }
    bool isExplained() const { return m_toggle->isChecked(); }

    void setExplained(bool isExplained);

signals:
    void explainedChanged(bool isExplained);

private:
    QWidget *makeHeader();
    void fillPane();

    const PageEntry m_entry;
    Page *m_page;
    QToolButton *m_toggle;
    QTextBrowser *m_pane;
};

} // namespace reslens::pages
