// The devices that a model can run on, and how fast the open one ran on each. The device menu and the panel of settings
// show them.
#pragma once

#include "session/worker_state.h"

#include <QMap>
#include <QObject>
#include <QString>

#include <vector>

namespace reslens::session {

class Session;

class Devices : public QObject {
    Q_OBJECT

public:
    explicit Devices(Session &session);

    /// Empty until find() is answered.
    const std::vector<DeviceChoice> &all() const { return m_all; }
    void find();
    /// Runs the open model a few times on every device; Session::failed() tells what did not work.
    void measure();
    void cancel();
    bool isMeasuring() const;
    /// Milliseconds of one pass of the open model, by the id of a device.
    const QMap<QString, double> &times() const { return m_times; }
    /// "llvmpipe …: 12.3 ms, 8.1 times as fast as the CPU reference", as far as it is measured.
    QString textOf(const DeviceChoice &device) const;

signals:
    void changed();
    void progressed(int done, int total);

private:
    Session &m_session;
    std::vector<DeviceChoice> m_all;
    QMap<QString, double> m_times;
};

} // namespace reslens::session
