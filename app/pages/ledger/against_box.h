// The class that the target is compared with: a choice of the session's objective, in one box.
#pragma once

#include <QComboBox>

namespace reslens::session {
class Session;
}

namespace reslens::pages {

class AgainstBox : public QComboBox {
    Q_OBJECT

public:
    AgainstBox(session::Session &session, QWidget *parent);

private:
    void fill();
    void show();

    session::Session &m_session;
};

} // namespace reslens::pages
