// What stands in the open model's file, as text that can be selected and copied.
#pragma once

#include "session/background.h"

#include <QDialog>

class QPlainTextEdit;

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// Reads the file in the background, and deletes itself when it is closed.
class FileContentsDialog : public QDialog {
    Q_OBJECT

public:
    FileContentsDialog(const session::Session &session, QWidget *parent);

    QString text() const;

private:
    QPlainTextEdit *m_text;
    session::Background m_background; // last: its job ends first
};

} // namespace reslens::gui
