// The tabs of the view of the selected block. A new page is one entry in pages().
#pragma once

#include <QKeySequence>
#include <QString>
#include <QWidget>

#include <functional>
#include <vector>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class ImageView;
}

namespace reslens::pages {

/// What every page can use.
struct PageContext {
    session::Session &session;
    widgets::ImageView &imageView; // pages may lay maps over the picture
};

/// What a page shows can be saved; a page without numbers leaves them out.
struct Export {
    QString title;      // "Picture (PNG)"
    QString fileFilter; // "PNG pictures (*.png)"
    QString suggestedName;
    std::function<void(const QString &path)> write;
};

class Page : public QWidget {
public:
    using QWidget::QWidget;
    virtual std::vector<Export> exports() { return {}; }
};

struct PageEntry {
    QString id; // remembered in the settings
    QString title;
    QKeySequence shortcut;
    std::function<Page *(const PageContext &, QWidget *parent)> make;
};

std::vector<PageEntry> pages();

} // namespace reslens::pages
