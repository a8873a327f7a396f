#include "session/session.h"

#include <QFileInfo>

#include <algorithm>

namespace reslens::session {

namespace {

constexpr int kPredictions = 5;
constexpr int kPatienceMs = 150; // shorter than a glance: quick answers follow each other without a flash
constexpr int kLiveMs = 150;     // how long a trace and what is asked about it may hold up the next scales

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

Session::Session(WorkerServices services, QObject *parent)
    : QObject(parent), m_numbers(new BlockNumbers(*this)), m_trust(new Trust(*this)), m_worker(std::move(services)),
      m_inquiries(m_worker)
{
    connect(&m_worker, &GpuWorker::finished, this, &Session::take);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &Session::forgetTrace);
    m_later.setSingleShot(true);
    connect(&m_later, &QTimer::timeout, this, &Session::runTrace);
    connect(&m_scales, &LiveScales::changed, this, &Session::followScales);
    // Queued: what an answer makes views ask comes first.
    connect(this, &Session::activityChanged, this, &Session::catchUp, Qt::QueuedConnection);
    connect(&m_inquiries, &Inquiries::underWayChanged, this, &Session::catchUp, Qt::QueuedConnection);
}

void Session::openModel(const QString &nameOrPath)
{
    m_openingModel = nameOrPath;
    m_modelRequest = m_worker.submit("model", OpenModel{nameOrPath.toStdString()});
    m_inquiries.forget();
    m_isOpening = true;
    emit activityChanged();
}

/// A mouse drags faster than networks answer. If every step stopped the one before, none would be shown until it rests.
void Session::followScales()
{
    const qint64 rest = m_begun.isValid() && isAnswering() ? kLiveMs - m_begun.elapsed() : 0;
    if (rest <= 0)
        runTrace();
    else if (!m_later.isActive())
        m_later.start(int(rest));
}

bool Session::isAnswering() const
{
    return m_isRunning || m_inquiries.isAnyAboutTrace();
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
        if (!m_isOpening)
            emit noticed(tr("Choose a model to classify the picture"));
        return;
    }
    m_traceRequest = m_worker.submit(
        "trace", RunTrace{m_picture.image, m_scales.isChanged() ? m_scales.scales() : std::vector<nn::BlockScale>()});
    m_inquiries.forget();
    m_isRunning = true;
    m_begun.start();
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

void Session::readTensor()
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
    emit targetChanged();
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
    if (error.kind != ErrorKind::Cancelled) // what replaced it will answer
        emit failed(QString::fromStdString(error.message()));
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
    if (answer.memory != m_memory) {
        m_memory = answer.memory;
        emit memoryChanged();
    }
    if (answer.id != m_modelRequest && answer.id != m_traceRequest && answer.id != m_layerRequest)
        return; // a newer request is under way
    if (answer.id == m_modelRequest) {
        m_isOpening = false;
        if (m_traced && std::holds_alternative<Error>(answer.result))
            emit tracedChanged(); // the open model stays, and its questions had been dropped
    }
    if (answer.id == m_traceRequest) {
        m_isRunning = false;
        m_patience.stop();
        if (std::holds_alternative<Traced>(answer.result))
            m_traceId = answer.id;
        else
            forgetTrace(); // the worker has let go of it; its numbers must not stand beside another picture or scale
    }
    if (answer.id == m_layerRequest && std::holds_alternative<Error>(answer.result) && m_tensor) {
        m_tensor.reset(); // of another tap than the one that is selected
        emit tensorChanged();
    }
    std::visit([this](const auto &result) { accept(result); }, answer.result);
    emit activityChanged();
}

void Session::accept(const ModelOpened &opened)
{
    const std::string tapName = tap() ? tap()->name : "y";
    m_model = opened.model;
    m_modelSource = m_openingModel;
    m_device = opened.device;
    m_traced.reset();
    m_predictions.clear();
    m_tensor.reset();
    m_target = m_against = -1;
    m_takesTopClass = true;
    if (m_kind == nn::ObjectiveKind::LogitDifference)
        m_kind = nn::ObjectiveKind::LogProbability;
    m_position = std::clamp(m_position, kStem, headOf(m_model->network));
    m_taps = tapsAt(m_model->network, m_position);
    m_tapIndex = tapNamed(m_taps, tapName);
    emit modelChanged();
    emit tracedChanged();
    emit modelOpened(m_openingModel);
    for (const std::string &note : m_model->notes)
        emit noticed(QString::fromStdString(note));
    m_begun.invalidate();
    m_scales.reset(int(m_model->network.blocks.size())); // and so runs a trace, at once
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
    emit targetChanged();
    if (isOtherKind)
        emit objectiveChanged();
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

QString Session::activity() const
{
    if (m_isOpening)
        return tr("Opening %1…").arg(QFileInfo(m_openingModel).fileName());
    if (m_isRunning || m_later.isActive())
        return tr("Running %1…").arg(QString::fromStdString(m_model->name));
    return {};
}

} // namespace reslens::session
