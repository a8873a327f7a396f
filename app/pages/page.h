// The tabs of the selected block's view. A new page is one entry in pages().
#pragma once

#include "models/table.h"
#include "session/session.h"

#include <QKeySequence>
#include <QString>
#include <QWidget>

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace reslens::widgets {
class ImageView;
}

namespace reslens::pages {

/// The services for every page.
struct PageContext {
    session::Session &session;
    widgets::ImageView &imageView; // pages may lay maps over the picture
    /// Name and title of the models that can be opened by name.
    std::vector<std::pair<QString, QString>> models = {};
};

/// One way to save a page's content.
struct Export {
    QString title;      // "Picture (PNG)"
    QString fileFilter; // "PNG pictures (*.png)"
    QString suggestedName;
    std::function<void(const QString &path, int width)> write;
    int usualWidth = 0; // pixels; proposed width of a picture; 0: no choice
};

struct NamedTensor {
    QString name; // "layer2.1.F"
    std::shared_ptr<const Tensor> tensor;
};

/// A view. It computes only while it is seen: refresh() runs when it is visible and its sources have changed. It asks
/// by tags, and keeps the tags that have been asked and those under way.
class Page : public QWidget {
    Q_OBJECT

public:
    /// `subject` completes "Open a picture to see …".
    Page(const PageContext &context, QWidget *parent, QString subject);

    /// Returns the name of the view's file without its ending: "layer2.1.F", "ledger".
    virtual QString exportName() const = 0;
    /// Returns the numbers that are shown; empty if there are none.
    virtual std::vector<models::Table> tables() const { return {}; }
    virtual std::vector<NamedTensor> tensors() const { return {}; }
    /// True if the numbers belong to the scaled network; false if they belong to the trained one.
    virtual bool isOfScaledNetwork() const { return true; }
    /// Returns the part of the view that is exported as a picture.
    virtual QWidget *picture() { return this; }
    /// Returns exports beyond those of every page.
    virtual std::vector<Export> moreExports() { return {}; }

    /// True if nothing on the page is out of date or under way.
    bool isSettled() const { return !m_isStale && !isAsking() && !isBusy(); }
    /// Says why the page is empty: a model or a picture is missing, something is under way, or an error.
    QString whyEmpty() const;

    /// Marks the page as out of date. refresh() follows, at once or when the page is next seen.
    void invalidate();

protected:
    /// Asks for its data, or shows that there is none.
    virtual void refresh() = 0;
    /// Drops the answers about a trace that is gone, even while hidden.
    virtual void dropAnswers() {}
    /// True if something is under way that was not asked by ask().
    virtual bool isBusy() const { return false; }
    void showEvent(QShowEvent *event) override;

    /// Marks the page as out of date when one of these signals is emitted.
    template <typename... Signals>
    void follow(Signals... changes)
    {
        (connect(&session(), changes, this, &Page::invalidate), ...);
    }
    /// Asks about the current trace, as Session::ask(), and shows an error. Asking again does nothing until
    /// forget(tag) or another trace.
    template <typename Work, typename Done>
    void ask(const QString &tag, Work work, Done done, session::GpuWorker::Progress onProgress = {})
    {
        if (!session().traced() || !m_asked.insert(tag).second)
            return;
        m_problem.clear();
        const auto take = [this, done = std::move(done)](auto answer) {
            if (!answer)
                this->setProblem(answer.error()); // clang does not see `this` used otherwise
            done(std::move(answer));
        };
        session().ask(this, tag, std::move(work), std::move(take), std::move(onProgress));
    }
    /// Keeps the answer in `known`, or null after an error, and then shows it.
    template <typename T, typename Work>
    void ask(const QString &tag, Work work, std::shared_ptr<const T> &known, std::function<void()> show,
             session::GpuWorker::Progress onProgress = {})
    {
        const auto take = [&known, show = std::move(show)](Result<T> answer) {
            known = answer ? std::make_shared<const T>(std::move(*answer)) : nullptr;
            show();
        };
        ask(tag, std::move(work), std::move(take), std::move(onProgress));
    }
    /// Cancels the question, so that it can be asked again.
    void forget(const QString &tag);
    /// Counts questions of others with this tag as under way.
    void await(const QString &tag) { m_awaited.insert(tag); }
    bool isAsking() const;
    /// whyEmpty() says it until the next question.
    void setProblem(const QString &words) { m_problem = words; }
    void setProblem(const Error &error);

    session::Session &session() const { return m_context.session; }
    const PageContext &context() const { return m_context; }

private:
    const PageContext m_context;
    const QString m_subject;
    bool m_isStale = true;
    std::set<QString> m_asked;   // since the last trace
    std::set<QString> m_awaited; // asked by others
    QString m_problem;
};

/// The explanation in the frame around a page.
struct Explanation {
    QString sentence;  // what it shows, and the question it answers
    QString formula;   // rich text
    QString reference; // the source of the formula
};

struct PageEntry {
    QString id; // a key in the settings
    QString title;
    QKeySequence shortcut;
    Explanation explanation;
    std::function<Page *(const PageContext &, QWidget *parent)> make;
};

std::vector<PageEntry> pages();

} // namespace reslens::pages
