// Carries sentences for the person from the worker's thread to whoever listens.
#pragma once

#include <QObject>

namespace reslens::session {

class Notes : public QObject {
    Q_OBJECT

signals:
    void noted(const QString &message);
};

} // namespace reslens::session
