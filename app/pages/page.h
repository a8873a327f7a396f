// The tabs of the view of the selected block. A new page is one entry in pages().
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

/// Every page can use these.
struct PageContext {
    session::Session &session;
    widgets::ImageView &imageView; // pages may lay maps over the picture
    /// Name and title of the models that can be opened by name.
    std::vector<std::pair<QString, QString>> models = {};
};

/// One way to save what a page shows.
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

/// A view. It computes only while it is seen: refresh() is called when it is visible and what it follows has changed.
/// It asks by tags, and the page keeps which of them have been asked and are under way.
class Page : public QWidget {
    Q_OBJECT

public:
    /// `subject` completes "Open a picture to see …".
    Page(const PageContext &context, QWidget *parent, QString subject);

    /// The name of the view's file, without its ending: "layer2.1.F", "ledger".
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
    bool isSettled() const { return !m_isStale && !isAsking() && !isBusy(); }
    /// Why it shows nothing: a model or a picture is missing, something is under way, or what went wrong.
    QString whyEmpty() const;

    /// The page is out of date: refresh() follows, at once or when it is next seen.
    void invalidate();

protected:
    /// Asks for what it shows, or shows that there is nothing.
    virtual void refresh() = 0;
    /// There is no trace any more: drops the answers about it, also while nobody looks.
    virtual void dropAnswers() {}
    /// Something is under way that was not asked by ask().
    virtual bool isBusy() const { return false; }
    void showEvent(QShowEvent *event) override;

    /// The page is out of date when one of these is emitted.
    template <typename... Signals>
    void follow(Signals... changes)
    {
        (connect(&session(), changes, this, &Page::invalidate), ...);
    }
    /// Asks about the current trace, as Session::ask(), and tells an error. Once: until forget(tag) or another trace,
    /// asking again does nothing.
    template <typename Work, typename Done>
    void ask(const QString &tag, Work work, Done done, session::GpuWorker::Progress onProgress = {})
    {
        if (!session().traced() || !m_asked.insert(tag).second)
            return;
        m_problem.clear();
        const auto take = [this, done = std::move(done)](auto answer) {
            if (!answer)
                setProblem(answer.error());
            done(std::move(answer));
        };
        session().ask(this, tag, std::move(work), std::move(take), std::move(onProgress));
    }
    /// The same where the answer is kept in `known`, and then shown; null after an error.
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
    /// The answer is of no use any more: it does not come, and can be asked for again.
    void forget(const QString &tag);
    /// The page shows what others ask with this tag.
    void await(const QString &tag) { m_awaited.insert(tag); }
    bool isAsking() const;
    /// whyEmpty() says it until something is asked again.
    void setProblem(const QString &words) { m_problem = words; }
    void setProblem(const Error &error);

    session::Session &session() const { return m_context.session; }
    const PageContext &context() const { return m_context; }

private:
    const PageContext m_context;
    const QString m_subject;
    bool m_isStale = true;
    std::set<QString> m_asked;   // since the last trace
    std::set<QString> m_awaited; // of others
    QString m_problem;
};

/// The frame around a page says this about it.
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
