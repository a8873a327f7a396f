#include "session/devices.h"

#include "session/session.h"

namespace reslens::session {

namespace {

const QString kMeasuring = QStringLiteral("measuring devices");
constexpr const char *kReference = "cpu";

} // namespace

Devices::Devices(Session &session) : QObject(&session), m_session(session)
{
    connect(&session, &Session::modelChanged, this, [this] { // times are the last model's
        m_times.clear();
        emit changed();
    });
}

void Devices::find()
{
    m_session.worker().askAside(
        this, QStringLiteral("devices"),
        [](WorkerState &state, const analysis::Job &) { return Result<std::vector<DeviceChoice>>(state.devices()); },
        [this](const Result<std::vector<DeviceChoice>> &found) {
            if (!found)
                return m_session.tell(found.error());
            m_all = *found;
            emit changed();
        });
}

void Devices::measure()
{
    std::vector<std::string> ids;
    for (const DeviceChoice &device : m_all)
        if (device.isUsable)
            ids.push_back(device.id);
    m_session.worker().askAside(
        this, kMeasuring,
        [ids](WorkerState &state, const analysis::Job &job) -> Result<QMap<QString, double>> {
            QMap<QString, double> times;
            for (const std::string &id : ids) {
                job.report(int(times.size()), int(ids.size()));
                times[QString::fromStdString(id)] = TRY(state.timeOn(id, job.stop));
            }
            return times;
        },
        [this](const Result<QMap<QString, double>> &times) {
            if (times)
                m_times = *times;
            else
                m_session.tell(times.error());
            emit changed();
        },
        [this](int done, int total) { emit progressed(done, total); });
    emit changed();
}

void Devices::cancel()
{
    m_session.worker().cancel(kMeasuring);
    emit changed();
}

bool Devices::isMeasuring() const
{
    return m_session.worker().isUnderWay(kMeasuring);
}

QString Devices::textOf(const DeviceChoice &device) const
{
    const QString name = QString::fromStdString(device.name);
    const QString id = QString::fromStdString(device.id);
    if (!m_times.contains(id))
        return name;
    const QString time = tr("%1: %2 ms").arg(name).arg(m_times[id], 0, 'f', m_times[id] < 10 ? 2 : 1);
    if (id == kReference || !m_times.contains(kReference))
        return time;
    return tr("%1, %2 times as fast as the CPU reference").arg(time).arg(m_times[kReference] / m_times[id], 0, 'g', 3);
}

} // namespace reslens::session
