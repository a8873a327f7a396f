#include "session/session.h"

#include "image/decode.h"

#include <QFileInfo>

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

} // namespace

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

void Session::showLevels(std::optional<image::Levels> levels)
{
    if (m_picture.levels && m_picture.levels != levels)
        decode(m_pictureIndex, {m_picture.name, m_picture.path, {}}, {.levels = levels});
}

void Session::decode(int index, const PictureSource &source, const image::PictureOptions &options)
{
    m_background.start(
        QStringLiteral("picture"),
        [source, options]() -> Result<Decoded> {
            Decoded decoded{source.image, {}};
            if (decoded.image.isNull())
                decoded.image = TRY(image::decodeFile(source.path, options, &decoded.facts));
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
    m_picture = {source.name, source.path, std::move(decoded->image), decoded->facts.levels};
    m_takesTopClass = true;
    m_patience.start();
    emit pictureChanged();
    for (const std::string &text : decoded->facts.notes)
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
