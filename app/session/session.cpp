#include "session/session.h"

#include "image/decode.h"

#include <QFileInfo>
#include <QUndoCommand>

#include <algorithm>

namespace reslens::session {

namespace {

constexpr int kPredictions = 5;
constexpr int kPatienceMs = 150; // shorter than a glance, so that quick answers follow each other without a flash
constexpr int kLiveMs = 150;     // how long a trace and its questions may delay the next scales

constexpr int kThumbnailSide = 128; // pixels; the strip shows them at half of that or less
constexpr int kThumbnailPriority = -1;

QString thumbnailTag(std::size_t index)
{
    return QStringLiteral("thumbnail %1").arg(index);
}

/// Returns the tap called `name`, or else the one before the last: the tensors' order is x, F, s, u, y, convs.
int tapNamed(const std::vector<nn::Tap> &taps, const std::string &name)
{
    const auto found = std::ranges::find(taps, name, &nn::Tap::name);
    if (found != taps.end())
        return int(found - taps.begin());
    const auto output = std::ranges::find(taps, "y", &nn::Tap::name);
    return output != taps.end() ? int(output - taps.begin()) : 0;
}

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

Session::Session(WorkerServices services, QObject *parent)
    : QObject(parent), m_numbers(new BlockNumbers(*this)), m_trust(new Trust(*this)), m_devices(new Devices(*this)),
      m_background([this](const Error &error) { tell(error); }), m_worker(std::move(services))
{
    connect(&m_worker, &GpuWorker::changed, this, &Session::activityChanged);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &Session::forgetTrace);
    m_later.setSingleShot(true);
    connect(&m_later, &QTimer::timeout, this, &Session::runTrace);
    connect(&m_scales, &LiveScales::changed, this, &Session::followScales);
    // Queued, so that views ask their questions about an answer first.
    connect(this, &Session::activityChanged, this, &Session::catchUp, Qt::QueuedConnection);
}

void Session::openModel(const QString &nameOrPath, std::optional<zoo::ModelSettings> settings)
{
    requestModel(
        {.nameOrPath = nameOrPath.toStdString(), .settings = std::move(settings), .device = m_deviceId.toStdString()},
        Kept::Nothing);
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

/// A mouse drags faster than networks answer. If every step stopped the one before, nothing would show until it rests.
void Session::followScales()
{
    const qint64 rest = m_begun.isValid() && isAnswering() ? kLiveMs - m_begun.elapsed() : 0;
    if (rest <= 0)
        runTrace();
    else if (!m_later.isActive())
        m_later.start(int(rest));
}

void Session::catchUp()
{
    if (m_later.isActive() && !isAnswering())
        runTrace();
}

void Session::runTrace()
{
    m_later.stop();
    if (m_picture.isNull())
        return;
    if (!m_model) {
        if (!isOpeningModel())
            emit noticed(tr("Choose a model to classify the picture"));
        return;
    }
    m_begun.start();
    const auto scales = m_scales.isChanged() ? m_scales.scales() : std::vector<nn::BlockScale>();
    m_worker.run(this, m_picture.image, scales, [this](const Result<Traced> &traced) {
        m_patience.stop();
        if (traced)
            return accept(*traced);
        forgetTrace(); // the worker has dropped it; its numbers must not stand next to another picture or scale
        tell(traced.error());
    });
}

void Session::forgetTrace()
{
    m_traced.reset();
    m_predictions.clear();
    emit tracedChanged();
}

void Session::selectPosition(int position)
{
    if (!m_model || position < kStem || position > headOf(m_model->network) || position == m_position)
        return;
    const std::string name = tap() ? tap()->name : "y";
    m_position = position;
    m_taps = tapsAt(m_model->network, position);
    emit positionChanged();
    m_tapIndex = -1;
    selectTap(tapNamed(m_taps, name));
}

void Session::selectTap(int index)
{
    if (index < 0 || index >= int(m_taps.size()) || index == m_tapIndex)
        return;
    m_tapIndex = index;
    emit tapChanged();
}

void Session::selectChannel(int channel)
{
    if (channel == m_channel)
        return;
    m_channel = channel;
    emit channelChanged();
}

void Session::selectTarget(int classIndex)
{
    const bool isTop = classIndex < 0;
    if (isTop && m_predictions.empty())
        return;
    setTarget(isTop ? m_predictions.front().index : classIndex);
}

void Session::setTarget(int classIndex)
{
    if (classIndex == m_target || (m_model && classIndex >= int(m_model->labels.size())))
        return;
    if (classIndex == m_against) { // a class against itself says nothing
        m_against = -1;
        m_kind = nn::ObjectiveKind::Logit;
    }
    m_target = classIndex;
    emit objectiveChanged();
}

void Session::selectObjective(nn::ObjectiveKind kind, int against)
{
    const bool isDifference = kind == nn::ObjectiveKind::LogitDifference;
    if (isDifference && (against < 0 || against == m_target)) {
        emit failed(tr("A difference needs a second class"));
        return;
    }
    const int second = isDifference ? against : -1;
    if (kind == m_kind && second == m_against)
        return;
    m_kind = kind;
    m_against = second;
    emit objectiveChanged();
}

int Session::block() const
{
    return m_model && m_position >= 0 && m_position < headOf(m_model->network) ? m_position : -1;
}

void Session::hoverPosition(int position)
{
    if (position == m_hovered)
        return;
    m_hovered = position;
    emit hoveredChanged();
}

void Session::selectPixel(std::optional<QPointF> fraction)
{
    if (fraction == m_pixel)
        return;
    m_pixel = fraction;
    emit pixelChanged();
}

void Session::tell(const Error &error)
{
    if (error.kind != ErrorKind::Cancelled) // otherwise the replacing request answers
        emit failed(QString::fromStdString(error.message()));
}

void Session::write(const QString &path, std::function<Result<void>()> writer)
{
    m_background.finish(std::move(writer), [this, path](const Result<void> &written) {
        if (written)
            emit noticed(tr("Saved %1").arg(path));
        else
            tell(written.error());
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

void Session::accept(const Traced &traced)
{
    m_traced = traced;
    m_predictions = analysis::topPredictions(traced.forward, 0, m_model->labels, kPredictions);
    bool isOtherKind = false;
    if (m_takesTopClass && !m_predictions.empty()) {
        m_takesTopClass = false;
        m_target = m_predictions.front().index;
        if (m_against == m_target) {
            m_against = -1;
            m_kind = nn::ObjectiveKind::Logit;
            isOtherKind = true;
        }
    }
    emit tracedChanged();
    if (isOtherKind)
        emit objectiveChanged();
}

void Session::openPaths(const QStringList &paths)
{
    if (paths.isEmpty())
        return;
    m_background.start(
        "intake", [paths] { return sortPaths(paths); }, [this](Intake intake) { acceptIntake(std::move(intake)); });
}

void Session::openUrls(const QList<QUrl> &urls)
{
    const LocalFiles files = localFiles(urls);
    if (!files.problem.isEmpty())
        emit failed(files.problem);
    openPaths(files.paths);
}

void Session::openImage(const QImage &image, const QString &name)
{
    if (image.isNull())
        emit failed(tr("%1: no picture in it that can be read").arg(name));
    else
        setPictures({PictureSource{name, {}, image.convertToFormat(QImage::Format_RGB888)}});
}

void Session::acceptIntake(Intake intake)
{
    if (!intake.problems.isEmpty())
        emit failed(intake.problems.join("; "));
    if (!intake.checkpoints.isEmpty())
        openModel(intake.checkpoints.first());
    if (intake.checkpoints.size() > 1)
        emit noticed(tr("One model at a time: %1 is opened").arg(intake.checkpoints.first()));
    if (intake.leftOutPictures > 0)
        emit noticed(tr("The first %1 pictures are shown, %2 are left out")
                         .arg(intake.pictures.size())
                         .arg(intake.leftOutPictures));
    if (!intake.pictures.empty())
        setPictures(std::move(intake.pictures));
}

void Session::setPictures(std::vector<PictureSource> pictures)
{
    if (pictures.size() > 1) { // one picture needs no strip, and the strip stays until it is read
        replaceStrip(std::move(pictures));
        requestThumbnails();
        showPicture(0);
        return;
    }
    decode(-1, pictures.front());
}

void Session::replaceStrip(std::vector<PictureSource> pictures)
{
    for (std::size_t i = 0; i < m_pictures.size(); ++i)
        m_background.cancel(thumbnailTag(i));
    m_pictures = std::move(pictures);
    m_pictureIndex = -1;
    emit picturesChanged();
}

void Session::showPicture(int index)
{
    if (index < 0 || index >= int(m_pictures.size()) || index == m_pictureIndex)
        return;
    m_pictureIndex = index;
    decode(index, m_pictures[index]);
}

void Session::decode(int index, const PictureSource &source)
{
    m_background.start(
        QStringLiteral("picture"),
        [source]() -> Result<Decoded> {
            Decoded decoded{source.image, {}};
            if (decoded.image.isNull())
                decoded.image = TRY(image::decodeFile(source.path, {}, &decoded.notes));
            return decoded;
        },
        [this, index, source](Result<Decoded> decoded) { acceptPicture(index, source, std::move(decoded)); });
}

void Session::acceptPicture(int index, const PictureSource &source, Result<Decoded> decoded)
{
    if (!decoded)
        return tell(decoded.error());
    if (index < 0 && !m_pictures.empty())
        replaceStrip({});
    m_picture = {source.name, source.path, std::move(decoded->image)};
    m_takesTopClass = true;
    m_patience.start();
    emit pictureChanged();
    for (const std::string &text : decoded->notes)
        emit noticed(tr("%1 %2").arg(source.name, QString::fromStdString(text)));
    runTrace();
}

void Session::requestThumbnails()
{
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        const PictureSource source = m_pictures[i];
        m_background.start(
            thumbnailTag(i),
            [source] {
                const Result<QImage> decoded = image::decodeFile(source.path);
                return decoded ? decoded->scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio,
                                                 Qt::SmoothTransformation)
                               : QImage();
            },
            [this, i](const QImage &thumbnail) { emit thumbnailReady(int(i), thumbnail); }, kThumbnailPriority);
    }
}

QString Session::activity() const
{
    if (isOpeningModel())
        return tr("Opening %1…").arg(QFileInfo(m_openingModel).fileName());
    if (isRunning() || m_later.isActive())
        return tr("Running %1…").arg(QString::fromStdString(m_model->name));
    return {};
}

} // namespace reslens::session
