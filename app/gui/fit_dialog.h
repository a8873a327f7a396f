// Find the preprocessing: candidates, ranked by how well the open pictures fit what the checkpoint remembers of its
// training. One of them can be taken.
#pragma once

#include "session/background.h"
#include "study/fit_search.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTableWidget;

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class TaskControl;
}

namespace reslens::gui {

/// Searches at once, in the background, and deletes itself when it is closed.
class FitDialog : public QDialog {
    Q_OBJECT

public:
    FitDialog(session::Session &session, QWidget *parent);
    ~FitDialog() override; // stops the search

    const QTableWidget &table() const { return *m_table; }

private:
    void readPictures();
    void search(std::vector<QImage> pictures);
    void showCandidates(const std::vector<study::FitCandidate> &candidates);
    void apply();

    session::Session &m_session;
    QLabel *m_words;
    QTableWidget *m_table;
    widgets::TaskControl *m_task;
    QPushButton *m_apply;
    std::vector<study::FitCandidate> m_candidates;
    session::Background m_background; // last: its jobs end first
};

} // namespace reslens::gui
