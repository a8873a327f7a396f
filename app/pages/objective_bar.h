// Chooses the differentiated and attributed number: log p, logit, p of a class, or the difference of two logits.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QWidget>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class ClassPicker;
}

namespace reslens::pages {

class ObjectiveBar : public QWidget {
    Q_OBJECT

public:
    enum class Kinds { All, Logits }; // Logits: of one class, or the difference of two

    ObjectiveBar(session::Session &session, Kinds kinds, QWidget *parent);

private:
    void placeParts();
    void choose();
    void chooseAgainst(int against);
    void showLabels();
    void showObjective();
    void showValue();
    int runnerUp() const;

    session::Session &m_session;
    const Kinds m_kinds;
    QComboBox *m_kind;
    widgets::ClassPicker *m_target, *m_against;
    QLabel *m_minus, *m_value;
};

/// study::classText() and study::objectiveText() with the labels of the session's model.
QString classText(const session::Session &session, int classIndex);
QString objectiveText(const session::Session &session);

} // namespace reslens::pages
