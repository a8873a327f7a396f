#include "gui/model_settings_panel.h"

#include "gui/input_preview.h"
#include "gui/network_form.h"
#include "gui/preprocess_form.h"
#include "session/session.h"
#include "widgets/controls.h"
#include "zoo/labels.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace reslens::gui {

namespace {

constexpr int kSoonMs = 250;
constexpr int kNameLines = 5;

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text.toUpper(), parent);
    label->setObjectName("panelTitle");
    return label;
}

QString joined(const std::vector<std::string> &names)
{
    QStringList lines;
    for (const std::string &name : names)
        lines << QString::fromStdString(name);
    return lines.join(u'\n');
}

} // namespace

ModelSettingsPanel::ModelSettingsPanel(session::Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_model(new QLabel(this)), m_source(new QLabel(this)),
      m_preprocess(new PreprocessForm(this)), m_preview(new InputPreview(this)), m_network(new NetworkForm(this)),
      m_names(new QPlainTextEdit(this)), m_nameCount(new QLabel(this)), m_device(new QComboBox(this)),
      m_measure(new widgets::TaskControl(tr("Measure all"), this)), m_commandLine(new QLineEdit(this)),
      m_reset(new QPushButton(tr("As the file says"), this)),
      m_background([this](const Error &error) { m_session.tell(error); })
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(4, 0, 8, 0);
    column->addWidget(m_model);
    column->addWidget(m_source);
    column->addWidget(m_preview);
    column->addWidget(heading(tr("Preprocessing"), this));
    column->addWidget(m_preprocess);
    column->addWidget(heading(tr("Class names"), this));
    column->addWidget(buildNames());
    column->addWidget(heading(tr("Network"), this));
    column->addWidget(m_network);
    column->addWidget(heading(tr("Device"), this));
    column->addWidget(buildDevice());
    column->addWidget(heading(tr("On the command line"), this));
    column->addWidget(m_commandLine);
    column->addWidget(m_reset);
    column->addStretch(1);
    setFocusProxy(m_preprocess);
    m_model->setWordWrap(true);
    m_source->setWordWrap(true);
    m_source->setObjectName("muted");
    m_commandLine->setReadOnly(true);
    m_commandLine->setPlaceholderText(tr("nothing is set"));
    m_commandLine->setAccessibleName(tr("These settings as options of reslens-cli"));
    m_reset->setToolTip(tr("Takes back everything that was set of this model"));

    auto *area = new QScrollArea(this);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setAccessibleName(tr("Settings of the model"));
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(area);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &ModelSettingsPanel::take);
    connect(m_preprocess, &PreprocessForm::edited, &m_soon, qOverload<>(&QTimer::start));
    connect(m_preprocess, &PreprocessForm::edited, this, &ModelSettingsPanel::showPreview);
    connect(m_network, &NetworkForm::edited, &m_soon, qOverload<>(&QTimer::start));
    connect(m_reset, &QPushButton::clicked, this, [this] { m_session.changeSettings({}); });
    using session::Session;
    connect(&session, &Session::modelChanged, this, &ModelSettingsPanel::showModel);
    connect(&session, &Session::settingsRefused, this, &ModelSettingsPanel::showModel);
    connect(&session, &Session::pictureChanged, this, &ModelSettingsPanel::showPreview);
    connect(&session.devices(), &session::Devices::changed, this, &ModelSettingsPanel::showDevices);
    showModel();
}

QWidget *ModelSettingsPanel::buildNames()
{
    auto *part = new QWidget(this);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    m_names->setAccessibleName(tr("Names of the classes, one a line"));
    m_names->setTabChangesFocus(true);
    m_names->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_names->setFixedHeight(kNameLines * fontMetrics().lineSpacing() + 12);
    auto *file = new QPushButton(tr("Read a file…"), part);
    file->setToolTip(tr("One name a line, CSV, JSON or a Python dictionary"));
    m_nameCount->setObjectName("muted");
    m_nameCount->setWordWrap(true);
    column->addWidget(m_names);
    column->addWidget(m_nameCount);
    column->addWidget(file, 0, Qt::AlignLeft);
    connect(file, &QPushButton::clicked, this, &ModelSettingsPanel::readNames);
    connect(m_names, &QPlainTextEdit::textChanged, this, [this] {
        m_hasTypedNames = true;
        m_soon.start();
    });
    return part;
}

QWidget *ModelSettingsPanel::buildDevice()
{
    auto *part = new QWidget(this);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    m_device->setAccessibleName(tr("Device"));
    m_device->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_measure->setStartToolTip(tr("Runs this model a few times on every device"));
    column->addWidget(m_device);
    column->addWidget(m_measure);
    connect(m_device, &QComboBox::activated, this,
            [this] { m_session.chooseDevice(m_device->currentData().toString()); });
    session::Devices &devices = m_session.devices();
    connect(m_measure, &widgets::TaskControl::started, &devices, &session::Devices::measure);
    connect(m_measure, &widgets::TaskControl::cancelled, &devices, &session::Devices::cancel);
    connect(&devices, &session::Devices::progressed, m_measure, &widgets::TaskControl::setProgress);
    return part;
}

void ModelSettingsPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_session.devices().all().empty())
        m_session.devices().find();
    showPreview();
}

void ModelSettingsPanel::showModel()
{
    const nn::Model *model = m_session.model();
    setEnabled(model != nullptr);
    if (!model)
        return m_model->setText(tr("No model is open"));
    const zoo::ModelSettings &settings = m_session.settings();
    const auto &architecture = model->network.architecture;
    m_model->setText(QStringLiteral("<b>%1</b><br>%2")
                         .arg(QString::fromStdString(model->name).toHtmlEscaped(),
                              QString::fromStdString(architecture.name).toHtmlEscaped()));
    m_source->setText(tr("Preprocessing: %1").arg(QString::fromStdString(model->preprocess.source)));
    m_preprocess->show(model->preprocess);
    m_network->show(*model, settings.options);
    const QString names = model->hasClassNames ? joined(model->labels) : QString();
    if (names != m_names->toPlainText()) {
        const QSignalBlocker blocker(m_names);
        m_names->setPlainText(names);
    }
    m_hasTypedNames = !settings.options.labels.empty();
    m_nameCount->setText(model->hasClassNames ? tr("%1 classes").arg(architecture.classes)
                         : model->network.hasHead()
                             ? tr("The %1 classes have no names: type or read them").arg(architecture.classes)
                             : tr("This network has no head, and so no classes"));
    m_names->setEnabled(model->network.hasHead());
    m_commandLine->setText(QString::fromStdString(zoo::commandLineOf(settings)));
    m_commandLine->setCursorPosition(0);
    m_reset->setEnabled(!settings.isEmpty());
    showPreview();
    showDevices();
}

void ModelSettingsPanel::showPreview()
{
    if (isVisible() && m_session.model())
        m_preview->show(m_session.picture().image, m_preprocess->value().value_or(m_session.model()->preprocess),
                        m_session.model()->network.architecture.inputChannels);
}

void ModelSettingsPanel::showDevices()
{
    const session::Devices &devices = m_session.devices();
    const QSignalBlocker blocker(m_device);
    m_device->clear();
    m_device->addItem(tr("the best (%1)").arg(QString::fromStdString(m_session.device().name)), QString());
    for (const session::DeviceChoice &device : devices.all()) {
        m_device->addItem(devices.textOf(device), QString::fromStdString(device.id));
        m_device->setItemData(m_device->count() - 1, QString::fromStdString(device.reason), Qt::ToolTipRole);
    }
    if (!m_session.deviceId().isEmpty())
        m_device->setItemText(0, tr("the best"));
    m_device->setCurrentIndex(std::max(0, m_device->findData(m_session.deviceId())));
    m_measure->setRunning(devices.isMeasuring());
}

void ModelSettingsPanel::readNames()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Read class names"));
    if (path.isEmpty())
        return;
    m_background.start(
        "names", [path] { return zoo::readLabels(QFile::encodeName(path).toStdString()); },
        [this](const Result<std::vector<std::string>> &names) {
            if (names)
                m_names->setPlainText(joined(*names)); // as if typed
            else
                m_session.tell(names.error());
        });
}

/// Asks for the model as the controls have it.
void ModelSettingsPanel::take()
{
    const nn::Model *model = m_session.model();
    const auto how = m_preprocess->value();
    const auto options = m_network->applied(m_session.settings().options);
    if (!model || !how || !options)
        return;
    zoo::ModelSettings settings{*options, zoo::changesBetween(model->ownPreprocess, *how)};
    if (m_hasTypedNames) {
        settings.options.labels.clear();
        settings.options.labelsFile.clear();
        QStringList lines = m_names->toPlainText().split(u'\n');
        while (!lines.isEmpty() && lines.last().trimmed().isEmpty())
            lines.removeLast();
        const int classes = model->network.architecture.classes;
        if (!lines.isEmpty() && lines.size() != classes) {
            m_nameCount->setText(tr("%1 names for %2 classes").arg(lines.size()).arg(classes));
            return; // more is being typed
        }
        for (const QString &line : lines)
            settings.options.labels.push_back(line.trimmed().toStdString());
    }
    m_session.changeSettings(settings);
}

} // namespace reslens::gui
