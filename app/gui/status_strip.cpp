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

QString durationText(double ms)
{
    return ms < 1000 ? StatusStrip::tr("%1 ms").arg(ms, 0, 'f', 1) : StatusStrip::tr("%1 s").arg(ms / 1000, 0, 'f', 1);
}

QString macsText(std::int64_t macs)
{
    return macs >= 100'000'000 ? StatusStrip::tr("%1 GMACs").arg(double(macs) / 1e9, 0, 'f', 1)
                               : StatusStrip::tr("%1 MMACs").arg(double(macs) / 1e6, 0, 'f', 0);
}

} // namespace

StatusStrip::StatusStrip(session::Session &session, QWidget *parent)
    : QStatusBar(parent), m_session(session), m_activity(new QLabel(this)), m_preprocess(new QLabel(this)),
      m_fit(new QLabel(this)), m_completeness(new QLabel(this)), m_selfTest(new QLabel(this)),
      m_device(new QLabel(this)), m_cost(new QLabel(this))
{
    setSizeGripEnabled(false);
    setContentsMargins(10, 2, 10, 2);
    m_activity->setAccessibleName(tr("Activity"));
    m_preprocess->setAccessibleName(tr("Preprocessing"));
    m_completeness->setAccessibleName(tr("Completeness"));
    m_preprocess->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_preprocess, &QLabel::linkActivated, this, &StatusStrip::settingsRequested);
    m_selfTest->setAccessibleName(tr("Self-test of the device"));
    m_selfTest->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_device->setAccessibleName(tr("Device"));
    m_cost->setAccessibleName(tr("Time, work and memory"));
    addWidget(m_preprocess);
    m_fit->setAccessibleName(tr("Fit to the training"));
    m_fit->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_fit->setToolTip(
        tr("How near the picture's activations are to those that every batch norm remembers of the training.\n"
           "A poor fit says that the picture is prepared in another way than the training's, that the\n"
           "network computes something else than was trained, or that the picture is unlike the training's.\n"
           "Click to compare preparations."));
    connect(m_fit, &QLabel::linkActivated, this, &StatusStrip::fitRequested);
    addWidget(m_fit);
    addWidget(m_completeness);
    addWidget(m_selfTest);
    addWidget(m_activity, 1);
    addPermanentWidget(m_device);
    addPermanentWidget(m_cost);
    for (const auto signal : {&session::Session::modelChanged, &session::Session::pictureChanged,
                              &session::Session::tracedChanged, &session::Session::activityChanged})
        connect(&session, signal, this, &StatusStrip::refresh);
    connect(&session.trust(), &session::Trust::changed, this, &StatusStrip::refresh);
    connect(m_selfTest, &QLabel::linkActivated, &session.trust(), &session::Trust::runSelfTest);
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
    m_fit->setText(fitText());
    m_completeness->setText(completenessText());
    m_selfTest->setText(selfTestText());
    m_device->setText(deviceText());
    m_cost->setText(costText());
    if (m_session.model())
        setToolTips();
}

void StatusStrip::setToolTips()
{
    const nn::Preprocess &how = m_session.model()->preprocess;
    m_preprocess->setToolTip(tr("%1\nmean %2, %3, %4\ndeviation %5, %6, %7\nfrom: %8\nClick to set it (Ctrl+,)")
                                 .arg(QString::fromStdString(nn::textOf(how)))
                                 .arg(double(how.mean[0]), 0, 'g', 4)
                                 .arg(double(how.mean[1]), 0, 'g', 4)
                                 .arg(double(how.mean[2]), 0, 'g', 4)
                                 .arg(double(how.deviation[0]), 0, 'g', 4)
                                 .arg(double(how.deviation[1]), 0, 'g', 4)
                                 .arg(double(how.deviation[2]), 0, 'g', 4)
                                 .arg(QString::fromStdString(how.source)));
    QStringList lines{
        tr("How far the parts of each exact decomposition are from the whole, relative to it.\n"
           "Green: up to 1e-4, which is rounding in fp32. Amber: up to 1e-2. Red: a bug, or numbers that\n"
           "are not finite.")};
    const QMap<QString, double> &residuals = m_session.trust().residuals();
    for (auto it = residuals.begin(); it != residuals.end(); ++it)
        lines << tr("%1: %2").arg(it.key()).arg(it.value(), 0, 'e', 1);
    m_completeness->setToolTip(lines.join('\n'));
    const auto &tested = m_session.trust().selfTest();
    m_selfTest->setToolTip(tested
                               ? tr("Largest relative error of this device against the CPU reference, on this model:\n"
                                    "forward %1 at %2\nbackward %3 at %4\nGreen: every tensor within its tolerance.")
                                     .arg(QString::number(tested->forward, 'e', 1), tested->forwardAt,
                                          QString::number(tested->backward, 'e', 1), tested->backwardAt)
                               : tr("Compares every layer, forward and backward, with the CPU reference (F9)"));
    m_device->setToolTip(QString::fromStdString(m_session.device().reason));
    m_cost->setToolTip(costToolTip());
}

/// The words leave both readings open; the tool tip names them.
QString StatusStrip::fitText() const
{
    const session::Trust &trust = m_session.trust();
    const auto finding = trust.fit() ? analysis::findingOf(*trust.fit()) : std::nullopt;
    if (!finding)
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    QColor colour = theme.good;
    QString text = tr("fits the training");
    if (const analysis::LayerFit *from = finding->from) {
        colour = finding->verdict == analysis::FitVerdict::Bad ? theme.bad : theme.warning;
        text = from->block < 0
                   ? tr("fits the training poorly")
                   : tr("fits poorly from %1 on")
                         .arg(QString::fromStdString(m_session.model()->network.blocks[std::size_t(from->block)].name));
    }
    if (!trust.betterPreparation().isEmpty()) {
        colour = finding->verdict == analysis::FitVerdict::Bad ? theme.bad : theme.warning;
        text = tr("fits better otherwise");
    }
    return QStringLiteral("<span style='color:%1'>●</span>&nbsp;<a href='fit' style='color:%2'>%3</a>")
        .arg(colour.name(), (colour == theme.good ? theme.muted : colour).name(), text);
}

QString StatusStrip::completenessText() const
{
    const std::optional<double> worst = m_session.trust().worstResidual();
    if (!worst)
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    const QColor colour = *worst <= session::Trust::kGood       ? theme.good
                          : *worst <= session::Trust::kDoubtful ? theme.warning
                                                                : theme.bad;
    return dotted(colour, tr("adds up to %1").arg(*worst, 0, 'e', 0));
}

QString StatusStrip::selfTestText() const
{
    if (!m_session.traced())
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    const auto &tested = m_session.trust().selfTest();
    if (!tested)
        return QStringLiteral("<span style='color:%1'>○</span>&nbsp;<a href='test' style='color:%1'>%2</a>")
            .arg(theme.muted.name(), tr("self-test"));
    if (!tested->wrong.isEmpty())
        return dotted(theme.bad, tr("self-test failed"));
    return dotted(theme.good, tr("self-test %1").arg(std::max(tested->forward, tested->backward), 0, 'e', 0));
}

QString StatusStrip::preprocessText() const
{
    if (!m_session.model())
        return {};
    const widgets::Theme &theme = widgets::themeOf(palette());
    const nn::Preprocess &how = m_session.model()->preprocess;
    const QColor colour = how.isAssumed ? theme.warning : theme.good;
    const QString text = how.isAssumed                    ? tr("preprocessing assumed")
                         : m_session.settings().isEmpty() ? tr("preprocessing known")
                                                          : tr("settings of your own");
    return QStringLiteral("<span style='color:%1'>●</span>&nbsp;<a href='settings' style='color:%2'>%3</a>")
        .arg(colour.name(), (how.isAssumed ? theme.warning : theme.muted).name(), text);
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
        parts << durationText(m_session.traced()->forward.wallMs);
    parts << macsText(macs(model.network, model.inputShape()));
    const session::MemoryUse &memory = m_session.memory();
    const QString used = tr("%1 MiB").arg(double(memory.bytes) / kMebi, 0, 'f', 0);
    parts << (memory.economies.empty()
                  ? used
                  : dotted(widgets::themeOf(palette()).warning, tr("%1, memory is short").arg(used)));
    return parts.join(QStringLiteral(" · "));
}

QString StatusStrip::costToolTip() const
{
    QStringList lines{tr("The last pass, the multiply-adds of one picture, and the memory that all open models\n"
                         "use on the device.")};
    if (!m_session.memory().economies.empty())
        lines << tr("Memory does not suffice for everything. The answers are as good, and take longer:");
    for (const std::string &economy : m_session.memory().economies)
        lines << tr("• %1").arg(QString::fromStdString(economy));
    return lines.join('\n');
}

} // namespace reslens::gui
