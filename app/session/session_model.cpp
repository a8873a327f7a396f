// The part of the session that opens models: new ones, and the same one with other settings or on another device.
#include "session/session.h"

#include <QUndoCommand>

#include <algorithm>

namespace reslens::session {

namespace {

/// The notes of a model, a line each; those that `before`, if any, had too are known already.
QString notesOf(const nn::Model &model, const nn::Model *before)
{
    constexpr qsizetype kMostLines = 6;
    QStringList lines;
    for (const std::string &note : model.notes)
        if (!before || std::ranges::find(before->notes, note) == before->notes.end())
            lines << QString::fromStdString(note);
    if (lines.size() > kMostLines) {
        const qsizetype more = lines.size() - (kMostLines - 1);
        lines = lines.first(kMostLines - 1);
        lines << Session::tr("and %1 more notes").arg(more);
    }
    return lines.join(u'\n');
}

} // namespace

/// A change of the model's settings, which has been made when the step begins.
class SettingsStep : public QUndoCommand {
public:
    SettingsStep(Session &session, zoo::ModelSettings before)
        : QUndoCommand(Session::tr("change of the model's settings")), m_session(session),
          m_source(session.modelSource()), m_before(std::move(before)), m_after(session.settings())
    {
    }

    void undo() override { open(m_before); }
    void redo() override
    {
        if (std::exchange(m_isMade, true))
            open(m_after);
    }

private:
    void open(const zoo::ModelSettings &settings)
    {
        if (m_session.modelSource() == m_source)
            m_session.requestModel(m_session.sameModel(settings), Session::Kept::Work);
    }

    Session &m_session;
    const QString m_source;
    const zoo::ModelSettings m_before, m_after;
    bool m_isMade = false;
};

void Session::openModel(const QString &nameOrPath, std::optional<zoo::ModelSettings> settings)
{
    requestModel(
        {.nameOrPath = nameOrPath.toStdString(), .settings = std::move(settings), .device = m_deviceId.toStdString()},
        Kept::Nothing);
}

QString Session::settingsText() const
{
    QStringList parts;
    if (const std::string line = zoo::commandLineOf(m_settings); !line.empty())
        parts << QString::fromStdString(line);
    if (!m_settings.options.labels.empty())
        parts << tr("%1 class names").arg(m_settings.options.labels.size());
    return parts.join(QStringLiteral("; "));
}

ModelRequest Session::sameModel(zoo::ModelSettings settings) const
{
    return {.nameOrPath = m_modelSource.toStdString(),
            .settings = std::move(settings),
            .device = m_deviceId.toStdString(),
            .isToRemember = true};
}

void Session::changeSettings(const zoo::ModelSettings &settings)
{
    if (!m_model || settings == m_settings)
        return;
    requestModel(sameModel(settings), Kept::Work,
                 [this, before = m_settings] { m_scales.undoStack().push(new SettingsStep(*this, before)); });
}

void Session::chooseDevice(const QString &id)
{
    if (id == m_deviceId)
        return;
    if (!m_model) {
        m_deviceId = id;
        return;
    }
    ModelRequest request = sameModel(m_settings);
    request.device = id.toStdString();
    request.isToRemember = false;
    requestModel(std::move(request), Kept::Work);
}

void Session::requestModel(ModelRequest request, Kept kept, std::function<void()> onOpened)
{
    m_openingModel = QString::fromStdString(request.nameOrPath);
    m_worker.openModel(this, request,
                       [this, kept, device = QString::fromStdString(request.device),
                        onOpened = std::move(onOpened)](const Result<ModelOpened> &opened) {
                           if (opened) {
                               m_deviceId = device;
                               accept(*opened, kept);
                               if (onOpened)
                                   onOpened();
                               return;
                           }
                           if (m_traced)
                               emit tracedChanged(); // the open model stays, but its questions were dropped
                           emit settingsRefused();
                           tell(opened.error());
                       });
}

/// The next trace's top class becomes the target. `before` is the activation of the outputs until now.
void Session::forgetTarget(nn::Activation before)
{
    m_target = m_against = -1;
    m_takesTopClass = true;
    const nn::Activation activation = m_model->network.architecture.activation;
    const bool isProbability = m_kind == nn::ObjectiveKind::LogProbability || m_kind == nn::ObjectiveKind::Probability;
    if (m_kind == nn::ObjectiveKind::LogitDifference || activation != before ||
        (isProbability && activation == nn::Activation::None))
        m_kind = nn::usualObjective(activation);
}

void Session::accept(const ModelOpened &opened, Kept kept)
{
    const std::string tapName = tap() ? tap()->name : "y";
    const std::shared_ptr<const nn::Model> before = std::exchange(m_model, opened.model);
    const zoo::ModelSettings settingsBefore = std::exchange(m_settings, opened.settings);
    m_modelSource = m_openingModel;
    m_device = opened.device;
    m_traced.reset();
    m_predictions.clear();
    // Other names of the same classes change no answer, nor does another device.
    zoo::ModelSettings withItsNames = opened.settings;
    withItsNames.options.labels = settingsBefore.options.labels;
    withItsNames.options.labelsFile = settingsBefore.options.labelsFile;
    if (kept == Kept::Nothing || withItsNames != settingsBefore)
        forgetTarget(before ? before->network.architecture.activation : nn::Activation::Softmax);
    m_position = std::clamp(m_position, kStem, headOf(m_model->network));
    m_taps = tapsAt(m_model->network, m_position);
    m_tapIndex = tapNamed(m_taps, tapName);
    emit modelChanged();
    emit tracedChanged();
    if (const QString notes = notesOf(*m_model, kept == Kept::Nothing ? nullptr : before.get()); !notes.isEmpty())
        emit noticed(notes);
    m_begun.invalidate();
    const int blocks = int(m_model->network.blocks.size());
    if (kept == Kept::Nothing)
        m_scales.reset(blocks); // starts a trace at once, as do the next two
    else if (m_scales.scales().size() != std::size_t(blocks))
        m_scales.fit(blocks);
    else
        runTrace();
}

} // namespace reslens::session
