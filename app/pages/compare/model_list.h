// The compared models in order, each with its colour and its progress. Checkpoints can be dropped on it.
#pragma once

#include "pages/compare/candidates.h"

#include <QListWidget>
#include <QMenu>
#include <QToolButton>
#include <QWidget>

namespace reslens::session {
class Session;
}

namespace reslens::pages {

/// Takes checkpoint files, and leaves other drops to the window.
class DropList : public QListWidget {
    Q_OBJECT

public:
    using QListWidget::QListWidget;

signals:
    void checkpointsDropped(const QStringList &paths);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
};

class ModelList : public QWidget {
    Q_OBJECT

public:
    using Offers = std::vector<std::pair<QString, QString>>; // name and title of models that are always offered

    ModelList(Candidates &candidates, session::Session &session, Offers offers, QWidget *parent);

signals:
    void edited(); // by the person

protected:
    void changeEvent(QEvent *event) override; // the marks have the theme's colours

private:
    QWidget *makeButtons();
    void fillMenu();
    void addCheckpoints(const QStringList &paths);
    void chooseCheckpoints();
    void showAll();
    void addItem();
    void showButtons();

    Candidates &m_candidates;
    session::Session &m_session;
    const Offers m_offers;
    DropList *m_list;
    QMenu *m_menu = nullptr;
    QToolButton *m_add = nullptr, *m_remove = nullptr, *m_up = nullptr, *m_down = nullptr;
};

} // namespace reslens::pages
