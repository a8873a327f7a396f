// A dock that looks like a card under a small heading; it can be moved, floated and hidden.
#pragma once

#include <QDockWidget>

namespace reslens::gui {

class Panel : public QDockWidget {
    Q_OBJECT

public:
    /// `id` names it in the remembered layout; `beside`, if any, stands at the heading's right.
    Panel(const QString &id, const QString &title, QWidget *content, QWidget *beside = nullptr);

    /// Never higher than what it holds asks for: the room is for the other panels.
    void keepLow();

protected:
    bool event(QEvent *event) override;

private:
    bool m_isLow = false;
};

} // namespace reslens::gui
