#include "gui/status_strip.h"

#include "session/session.h"
#include "widgets/theme.h"

#include <QEvent>

namespace reslens::gui {

namespace {

constexpr double kMebi = 1024.0 * 1024.0;

QString dotted(const QColor &colour, const QString &text)
{
    return QStringLiteral("<span style='color:%1'>●</span>&nbsp;%2").arg(colour.name(), text.toHtmlEscaped());
}

QString macsText(std::int64_t macs)
{
    return macs >= 100'000'000 ? StatusStrip::tr("%1 GMACs").arg(double(macs) / 1e9, 0, 'f', 1)
                               : StatusStrip::tr("%1 MMACs").arg(double(macs) / 1e6, 0, 'f', 0);
}

} // namespace

StatusStrip::StatusStrip(session::Session &session, QWidget *parent)
    : QStatusBar(parent), m_session(session), m_activity(new QLabel(this)), m_preprocess(new QLabel(this)),
      m_device(new QLabel(this)), m_cost(new QLabel(this))
{
    setSizeGripEnabled(false);
    setContentsMargins(10, 2, 10, 2);
    m_activity->setAccessibleName(tr("Activity"));
    m_preprocess->setAccessibleName(tr("Preprocessing"));
    m_device->setAccessibleName(tr("Device"));
    m_cost->setAccessibleName(tr("Time, work and memory"));
    addWidget(m_preprocess);
    addWidget(m_activity, 1);
    addPermanentWidget(m_device);
    addPermanentWidget(m_cost);
    for (const auto signal : {&session::Session::modelChanged, &session::Session::pictureChanged,
                              &session::Session::tracedChanged, &session::Session::activityChanged})
        connect(&session, signal, this, &StatusStrip::refresh);
    refresh();
}

void StatusStrip::changeEvent(QEvent *event)
{
    QStatusBar::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void StatusStrip::refresh()
{
    m_activity->setText(m_session.activity());
    m_preprocess->setText(preprocessText());
    m_device->setText(deviceText());
    m_cost->setText(costText());
    if (!m_session.model())
        return;
    const nn::Preprocess &how = m_session.model()->preprocess;
    m_preprocess->setToolTip(tr("Shorter side to %1, centre %2 × %2\nmean %3, %4, %5\ndeviation %6, %7, %8\nfrom: %9")
                                 .arg(how.resize)
                                 .arg(how.crop)
                                 .arg(double(how.mean[0]), 0, 'g', 4)
                                 .arg(double(how.mean[1]), 0, 'g', 4)
                                 .arg(double(how.mean[2]), 0, 'g', 4)
                                 .arg(double(how.deviation[0]), 0, 'g', 4)
                                 .arg(double(how.deviation[1]), 0, 'g', 4)
                                 .arg(double(how.deviation[2]), 0, 'g', 4)
                                 .arg(QString::fromStdString(how.source)));
    m_device->setToolTip(QString::fromStdString(m_session.device().reason));
}

QString StatusStrip::preprocessText() const
{
    if (!m_session.model())
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    const nn::Preprocess &how = m_session.model()->preprocess;
    return how.isAssumed ? dotted(theme.warning, tr("preprocessing assumed"))
                         : dotted(theme.good, tr("preprocessing known"));
}

QString StatusStrip::deviceText() const
{
    if (!m_session.model())
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    const nn::DeviceInfo &device = m_session.device();
    const QString name = QString::fromStdString(device.name);
    return device.isVulkan ? dotted(theme.good, name) : dotted(theme.warning, tr("%1, without Vulkan").arg(name));
}

QString StatusStrip::costText() const
{
    if (!m_session.model())
        return {};
    const nn::Model &model = *m_session.model();
    QStringList parts;
    if (m_session.traced())
        parts << tr("%1 ms").arg(m_session.traced()->forward.wallMs, 0, 'f', 1);
    parts << macsText(macs(model.network, {1, 3, model.preprocess.crop, model.preprocess.crop}));
    parts << tr("%1 MiB").arg(double(m_session.memoryBytes()) / kMebi, 0, 'f', 0);
    return parts.join(QStringLiteral(" · "));
}

} // namespace reslens::gui
