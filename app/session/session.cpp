#include "session/session.h"

#include "image/decode.h"

#include <QFileInfo>

#include <algorithm>

namespace reslens::session {

namespace {

constexpr int kThumbnailSide = 128; // pixels; the strip shows them at half of that or less
constexpr int kThumbnailPriority = -1;
constexpr int kPredictions = 5;
constexpr int kPatienceMs = 150; // shorter than a glance: quick answers follow each other without a flash
const QString kPictureTag = QStringLiteral("picture");

/// The tap called `name`, or the one before the last where there is none: the tensors' order is x, F, s, u, y, convs.
int tapNamed(const std::vector<nn::Tap> &taps, const std::string &name)
{
    const auto found = std::ranges::find(taps, name, &nn::Tap::name);
    if (found != taps.end())
        return int(found - taps.begin());
    const auto output = std::ranges::find(taps, "y", &nn::Tap::name);
    return output != taps.end() ? int(output - taps.begin()) : 0;
}

} // namespace

Session::Session(WorkerServices services, QObject *parent) : QObject(parent), m_worker(std::move(services))
{
    connect(&m_worker, &GpuWorker::finished, this, &Session::take);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &Session::forgetTrace);
}

void Session::openModel(const QString &nameOrPath)
{
    m_openingModel = nameOrPath;
    m_modelRequest = m_worker.submit("model", OpenModel{nameOrPath.toStdString()});
    m_isOpening = true;
    emit activityChanged();
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
    if (pictures.size() > 1) { // one picture needs no strip, and must be readable before the strip goes
        m_pictures = std::move(pictures);
        m_pictureIndex = -1;
        emit picturesChanged();
        requestThumbnails();
        showPicture(0);
        return;
    }
    const PictureSource source = pictures.front();
    m_background.start(
        kPictureTag, [source] { return source.image.isNull() ? image::decodeFile(source.path) : source.image; },
        [this, source](Result<QImage> decoded) { acceptPicture(-1, source, std::move(decoded)); });
}

void Session::showPicture(int index)
{
    if (index < 0 || index >= int(m_pictures.size()) || index == m_pictureIndex)
        return;
    m_pictureIndex = index;
    const PictureSource source = m_pictures[index];
    m_background.start(
        kPictureTag, [source] { return source.image.isNull() ? image::decodeFile(source.path) : source.image; },
        [this, index, source](Result<QImage> decoded) { acceptPicture(index, source, std::move(decoded)); });
}

void Session::acceptPicture(int index, const PictureSource &source, Result<QImage> decoded)
{
    if (!decoded) {
        emit failed(QString::fromStdString(decoded.error().message()));
        return;
    }
    if (index < 0 && !m_pictures.empty()) {
        m_pictures.clear();
        m_pictureIndex = -1;
        emit picturesChanged();
    }
    m_picture = {source.name, source.path, std::move(*decoded)};
    emit pictureChanged();
    if (!source.path.isEmpty())
        emit pictureOpened(source.path);
    runTrace();
}

void Session::requestThumbnails()
{
    for (int i = 0; i < int(m_pictures.size()); ++i) {
        const PictureSource source = m_pictures[i];
        m_background.start(
            "thumbnail " + QString::number(i),
            [source] {
                const Result<QImage> decoded = image::decodeFile(source.path);
                return decoded ? decoded->scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio,
                                                 Qt::SmoothTransformation)
                               : QImage();
            },
            [this, i](const QImage &thumbnail) { emit thumbnailReady(i, thumbnail); }, kThumbnailPriority);
    }
}

void Session::runTrace()
{
    if (m_picture.isNull())
        return;
    if (!m_model) {
        if (!m_isOpening)
            emit noticed(tr("Choose a model to classify the picture"));
        return;
    }
    m_patience.start();
    m_traceRequest = m_worker.submit("trace", RunTrace{m_picture.image});
    m_isRunning = true;
    emit activityChanged();
}

void Session::forgetTrace()
{
    m_traced.reset();
    m_predictions.clear();
    m_tensor.reset();
    emit tracedChanged();
    emit tensorChanged();
}

void Session::readTap()
{
    if (m_traced && tap())
        m_layerRequest = m_worker.submit("layer", ReadLayer{m_traceId, tap()->layer});
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
    readTap();
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
    if (classIndex == m_target)
        return;
    m_target = classIndex;
    emit targetChanged();
}

void Session::write(const QString &path, std::function<Result<void>()> writer)
{
    m_background.start("write " + path, std::move(writer), [this, path](const Result<void> &written) {
        if (written)
            emit noticed(tr("Saved %1").arg(path));
        else
            emit failed(QString::fromStdString(written.error().message()));
    });
}

void Session::take(const Answer &answer)
{
    if (answer.id != m_modelRequest && answer.id != m_traceRequest && answer.id != m_layerRequest)
        return; // a newer request is under way
    if (answer.id == m_modelRequest)
        m_isOpening = false;
    if (answer.id == m_traceRequest) {
        m_isRunning = false;
        if (m_patience.isActive() && !std::holds_alternative<Traced>(answer.result))
            forgetTrace();
        m_patience.stop();
        if (std::holds_alternative<Traced>(answer.result))
            m_traceId = answer.id;
    }
    std::visit([this](const auto &result) { accept(result); }, answer.result);
    emit activityChanged();
}

void Session::accept(const ModelOpened &opened)
{
    const std::string tapName = tap() ? tap()->name : "y";
    m_model = opened.model;
    m_device = opened.device;
    m_memoryBytes = opened.memoryBytes;
    m_traced.reset();
    m_predictions.clear();
    m_tensor.reset();
    m_target = -1;
    m_position = std::clamp(m_position, kStem, headOf(m_model->network));
    m_taps = tapsAt(m_model->network, m_position);
    m_tapIndex = tapNamed(m_taps, tapName);
    emit modelChanged();
    emit modelOpened(m_openingModel);
    for (const std::string &note : m_model->notes)
        emit noticed(QString::fromStdString(note));
    runTrace();
}

void Session::accept(const Traced &traced)
{
    m_traced = traced;
    m_memoryBytes = traced.memoryBytes;
    m_predictions = analysis::topPredictions(traced.forward, 0, m_model->labels, kPredictions);
    m_target = m_predictions.empty() ? -1 : m_predictions.front().index;
    emit tracedChanged();
    emit targetChanged();
    readTap();
}

void Session::accept(const LayerRead &read)
{
    m_tensor = read.tensor;
    if (m_channel >= m_tensor->shape.c) {
        m_channel = 0;
        emit channelChanged();
    }
    emit tensorChanged();
}

void Session::accept(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled)
        return; // what replaced it will answer
    emit failed(QString::fromStdString(error.message()));
}

QString Session::activity() const
{
    if (m_isOpening)
        return tr("Opening %1…").arg(QFileInfo(m_openingModel).fileName());
    if (m_isRunning)
        return tr("Running %1…").arg(QString::fromStdString(m_model->name));
    return {};
}

} // namespace reslens::session
