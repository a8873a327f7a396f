// A sentence for the person, inside the window and never in the way: what went wrong, or what was done.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QTimer>

namespace reslens::widgets {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    /// Stays until it is closed or replaced.
    void showProblem(const QString &message);
    /// Goes away by itself.
    void showNotice(const QString &message);
    QString message() const { return m_text->text(); }

private:
    void showMessage(const QString &message, const QString &kind);

    QLabel *m_text;
    QTimer m_leave;
};

} // namespace reslens::widgets
