// The tabs of the view of the selected block. A new page is one entry in pages().
#pragma once

#include "models/table.h"
#include "tensor/tensor.h"

#include <QKeySequence>
#include <QString>
#include <QWidget>

#include <functional>
#include <memory>
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
    /// Name and title of the models that can be opened by name.
    std::vector<std::pair<QString, QString>> models = {};
};

/// What a page shows can be saved; a page without numbers leaves them out.
struct Export {
    QString title;      // "Picture (PNG)"
    QString fileFilter; // "PNG pictures (*.png)"
    QString suggestedName;
    std::function<void(const QString &path, int width)> write;
    int usualWidth = 0; // of a picture, in pixels: what is proposed; 0: there is no width to choose
};

struct NamedTensor {
    QString name; // "layer2.1.F"
    std::shared_ptr<const Tensor> tensor;
};

/// A view. It computes only while it is seen: refresh() is called when it is visible and what it depends on has
/// changed.
class Page : public QWidget {
    Q_OBJECT

public:
    Page(const PageContext &context, QWidget *parent) : QWidget(parent), m_context(context) {}

    /// What the view's file is called, without its ending: "layer2.1.F", "ledger".
    virtual QString exportName() const = 0;
    /// The numbers that are shown; empty while there are none.
    virtual std::vector<models::Table> tables() const { return {}; }
    virtual std::vector<NamedTensor> tensors() const { return {}; }
    /// Whether the numbers are of the network as it is scaled now, rather than as it was trained.
    virtual bool isOfScaledNetwork() const { return true; }
    /// The part that a picture of the view shows.
    virtual QWidget *picture() { return this; }
    /// Exports beyond those that every page has.
    virtual std::vector<Export> moreExports() { return {}; }

    /// Nothing that it shows is out of date or under way.
    virtual bool isSettled() const { return !m_isStale; }

    /// What it shows is out of date: refresh() follows, at once or when it is next seen.
    void invalidate();

signals:
    void settled();

protected:
    /// Asks for what it shows, or shows that there is nothing.
    virtual void refresh() = 0;
    void showEvent(QShowEvent *event) override;

    session::Session &session() const { return m_context.session; }
    const PageContext &context() const { return m_context; }

private:
    const PageContext m_context;
    bool m_isStale = true;
};

/// What the frame around a page says about it.
struct Explanation {
    QString sentence;  // what it shows and which question it answers
    QString formula;   // how it is computed, as rich text
    QString reference; // where it comes from
};

struct PageEntry {
    QString id; // remembered in the settings
    QString title;
    QKeySequence shortcut;
    Explanation explanation;
    std::function<Page *(const PageContext &, QWidget *parent)> make;
};

std::vector<PageEntry> pages();

} // namespace reslens::pages
