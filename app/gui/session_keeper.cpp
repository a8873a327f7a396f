#include "gui/session_keeper.h"

#include "session/session.h"

#include <QFileInfo>

#include <algorithm>

namespace reslens::gui {

using session::Session;

SessionKeeper::SessionKeeper(Session &session, QObject *parent)
    : QObject(parent), m_session(session), m_background([this](const Error &error) { m_session.tell(error); })
{
    connect(&session, &Session::pictureChanged, this, &SessionKeeper::takePicture);
    // Queued, so that the session finishes its own reaction to these signals first.
    const auto stopWaiting = [this] { // the picture may have failed
        m_waitsForPicture = false;
        finishWhenReady();
    };
    connect(&session, &Session::failed, this, stopWaiting, Qt::QueuedConnection);
    connect(&session, &Session::modelChanged, this, [this] {
        ++m_arriving;
        QMetaObject::invokeMethod(
            this, [this, source = m_session.modelSource()] { takeModel(source); }, Qt::QueuedConnection);
    });
    connect(&session, &Session::activityChanged, this, &SessionKeeper::finishWhenReady, Qt::QueuedConnection);
}

void SessionKeeper::save(const QString &path, const QString &tab, const std::vector<SavedPanel> &panels)
{
    SavedSession saved;
    const session::Picture &picture = m_session.picture();
    saved.picture.name = picture.name;
    saved.picture.levels = picture.levels;
    if (!picture.path.isEmpty())
        saved.picture.path = QFileInfo(picture.path).absoluteFilePath();
    if (const nn::Model *model = m_session.model()) {
        const bool isFile = !model->path.empty();
        saved.model = {isFile ? QFileInfo(m_session.modelSource()).absoluteFilePath() : m_session.modelSource(),
                       {},
                       QString::fromStdString(model->network.architecture.name),
                       model->network.architecture.classes,
                       m_session.settings()};
    }
    if (m_session.scales().isChanged())
        saved.scales = m_session.scales().scales();
    saved.objective = m_session.objective();
    saved.position = m_session.position();
    saved.tap = m_session.tap() ? QString::fromStdString(m_session.tap()->name) : QString();
    saved.channel = m_session.channel();
    saved.tab = tab;
    saved.panels = panels;
    const QImage pasted = picture.path.isEmpty() ? picture.image : QImage();
    m_background.start(
        "save", [path, saved, pasted](const std::stop_token &stop) { return writeSession(path, saved, pasted, stop); },
        [this, path](const Result<QString> &written) {
            if (!written)
                m_session.tell(written.error());
            else if (!written->isEmpty())
                emit m_session.failed(*written);
            else
                emit m_session.noticed(tr("Saved %1").arg(path));
        });
}

void SessionKeeper::open(const QString &path)
{
    m_background.start(
        "open", [path](const std::stop_token &stop) { return readSession(path, stop); },
        [this](Result<OpenedSession> opened) {
            if (opened)
                begin(std::move(*opened));
            else
                m_session.tell(opened.error());
        });
}

void SessionKeeper::begin(OpenedSession opened)
{
    m_pending = std::move(opened);
    const SavedSession &saved = m_pending->session;
    m_waitsForPicture = m_pending->hasPicture;
    m_waitsForModel = m_pending->hasModel;
    emit windowRestored(saved.tab, saved.panels);
    if (m_waitsForModel)
        m_session.openModel(saved.model.source, saved.model.settings);
    if (m_waitsForPicture && saved.picture.path.isEmpty())
        m_session.openImage(m_pending->pasted, saved.picture.name);
    else if (m_waitsForPicture)
        m_session.openPaths({saved.picture.path});
    if (!m_waitsForModel)
        applyScales();
    finishWhenReady();
}

void SessionKeeper::takePicture()
{
    if (!m_pending || !m_waitsForPicture)
        return;
    const SavedPicture &expected = m_pending->session.picture;
    m_waitsForPicture = false;
    if (m_session.picture().path != expected.path || m_session.picture().name != expected.name)
        m_pending.reset(); // the person has opened another
    else if (expected.levels)
        m_session.showLevels(expected.levels);
}

void SessionKeeper::takeModel(const QString &nameOrPath)
{
    --m_arriving;
    if (!m_pending || !m_waitsForModel)
        return;
    const bool isExpected = nameOrPath == m_pending->session.model.source;
    if (!isExpected && m_session.isOpeningModel())
        return; // it was already open
    m_waitsForModel = false;
    if (isExpected)
        applyScales();
    else
        m_pending.reset(); // the person has opened another
    finishWhenReady();
}

bool SessionKeeper::fitsModel() const
{
    const nn::Model *model = m_session.model();
    return model && QString::fromStdString(model->network.architecture.name) == m_pending->session.model.architecture &&
           model->network.architecture.classes == m_pending->session.model.classes;
}

void SessionKeeper::applyScales()
{
    if (!m_pending || !fitsModel())
        return;
    std::vector<nn::BlockScale> scales = m_pending->session.scales;
    const std::size_t blocks = m_session.model()->network.blocks.size();
    if (!scales.empty() && scales.size() != blocks)
        m_pending->problems << tr("The session's scales are of %1 blocks, the model has %2: they are left out")
                                   .arg(scales.size())
                                   .arg(blocks);
    if (scales.size() != blocks)
        scales.assign(blocks, {});
    m_session.scales().setAll(scales, tr("opening of the session"));
}

/// Finishes when all requests have been answered or have failed, and nothing runs.
void SessionKeeper::finishWhenReady()
{
    if (!m_pending || m_arriving > 0)
        return;
    if (m_waitsForModel && !m_session.isOpeningModel())
        m_waitsForModel = false; // it has failed
    if (m_waitsForPicture || m_waitsForModel || !m_session.activity().isEmpty())
        return;
    if (fitsModel()) {
        applySelection();
        applyObjective();
    } else if (!m_pending->session.model.architecture.isEmpty()) {
        m_pending->problems << tr("The session's scales, block and class are of %1 and are left out")
                                   .arg(m_pending->session.model.architecture);
    }
    const QStringList problems = std::exchange(m_pending, std::nullopt)->problems;
    if (!problems.isEmpty())
        emit m_session.failed(problems.join("\n"));
    emit opened();
}

void SessionKeeper::applySelection()
{
    const SavedSession &saved = m_pending->session;
    m_session.selectPosition(saved.position);
    const auto named = std::ranges::find(m_session.taps(), saved.tap.toStdString(), &nn::Tap::name);
    if (named != m_session.taps().end())
        m_session.selectTap(int(named - m_session.taps().begin()));
    m_session.selectChannel(saved.channel);
}

void SessionKeeper::applyObjective()
{
    const nn::Objective &saved = m_pending->session.objective;
    const int classes = m_pending->session.model.classes;
    if (saved.target >= classes || saved.against >= classes) {
        m_pending->problems << tr("The session's class %1 is not among the model's %2")
                                   .arg(std::max(saved.target, saved.against))
                                   .arg(classes);
        return;
    }
    if (saved.target >= 0)
        m_session.selectTarget(saved.target);
    m_session.selectObjective(saved.kind, saved.against);
}

} // namespace reslens::gui
