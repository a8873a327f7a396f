#include "gui/opening.h"

#include "gui/camera.h"
#include "gui/session_file.h"
#include "image/decode.h"
#include "session/intake.h"
#include "session/session.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>

#include <algorithm>

namespace reslens::gui {

namespace {

QString pictureFilter()
{
    QStringList patterns;
    for (const QString &suffix : image::fileSuffixes())
        patterns << "*." + suffix;
    return Opening::tr("Pictures (%1);;All files (*)").arg(patterns.join(' '));
}

bool hasLocalFile(const QList<QUrl> &urls)
{
    return std::ranges::any_of(urls, [](const QUrl &url) { return url.isLocalFile(); });
}

/// Reads one path or address per line.
QList<QUrl> urlsIn(const QString &text)
{
    QList<QUrl> urls;
    for (const QString &line : text.split('\n', Qt::SkipEmptyParts)) {
        const QString trimmed = line.trimmed();
        if (!trimmed.isEmpty())
            urls << (trimmed.contains("://") ? QUrl(trimmed) : QUrl::fromLocalFile(trimmed));
    }
    return urls;
}

QString currentModel(const session::Session &session)
{
    return session.model() ? QString::fromStdString(session.model()->name) : QString();
}

} // namespace

bool canTake(const QMimeData &data)
{
    return data.hasUrls() || data.hasImage() || data.hasText();
}

Opening::Opening(const WindowContext &context, QWidget *window) : QObject(window), m_context(context), m_window(window)
{
    session::Session &session = m_context.session;
    connect(&session, &session::Session::pictureChanged, this, [this] {
        const QString &path = m_context.session.picture().path;
        if (!path.isEmpty() && !path.startsWith(':'))
            m_context.settings.addRecentPicture(path);
    });
    connect(&session, &session::Session::modelChanged, this, [this] {
        if (!m_context.session.model()->path.empty())
            m_context.settings.addRecentModel(m_context.session.modelSource());
    });
}

void Opening::choosePictures()
{
    m_context.session.openPaths(QFileDialog::getOpenFileNames(m_window, tr("Open pictures"), {}, pictureFilter()));
}

void Opening::chooseFolder()
{
    const QString path = QFileDialog::getExistingDirectory(m_window, tr("Open a folder of pictures, or of a model"));
    if (!path.isEmpty())
        m_context.session.openPaths({path});
}

void Opening::chooseModel()
{
    const QString endings = session::checkpointPatterns().join(' ');
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Open a model"), {},
                                                      tr("Checkpoints (%1);;All files (*)").arg(endings));
    if (!path.isEmpty())
        m_context.session.openModel(path);
}

void Opening::takePicture()
{
    if (const QString why = whyNoCamera(); !why.isEmpty())
        emit m_context.session.noticed(why);
    else
        showCameraDialog(m_window,
                         [this](const QImage &frame) { m_context.session.openImage(frame, tr("Camera picture")); });
}

void Opening::paste()
{
    const QMimeData *clip = QGuiApplication::clipboard()->mimeData();
    if (clip && canTake(*clip))
        take(*clip);
    else
        emit m_context.session.noticed(tr("The clipboard holds no picture and no file"));
}

void Opening::take(const QMimeData &data)
{
    const QList<QUrl> urls = data.urls();
    if (urls.size() == 1 && urls.front().isLocalFile() && isSessionFile(urls.front().toLocalFile()))
        emit sessionDropped(urls.front().toLocalFile());
    else if (data.hasUrls() && (hasLocalFile(urls) || !data.hasImage()))
        m_context.session.openUrls(urls);
    else if (data.hasImage())
        m_context.session.openImage(qvariant_cast<QImage>(data.imageData()), tr("Pasted image"));
    else if (data.hasText())
        m_context.session.openUrls(urlsIn(data.text()));
}

void Opening::stepModel(int by)
{
    const std::vector<Catalogue::Model> &models = m_context.catalogue.models;
    if (models.empty())
        return;
    const auto found = std::ranges::find(models, currentModel(m_context.session), &Catalogue::Model::name);
    const int index = found == models.end() ? 0 : int(found - models.begin()) + by;
    const int count = int(models.size());
    m_context.session.openModel(models[std::size_t((index + count) % count)].name);
}

void Opening::fillRecent(QMenu &menu)
{
    menu.clear();
    menu.setToolTipsVisible(true);
    const auto add = [&](const QString &title, const QStringList &paths, auto open) {
        menu.addSection(title);
        int number = 1;
        for (const QString &path : paths) {
            QAction *action = menu.addAction(QStringLiteral("&%1  %2").arg(number++).arg(QFileInfo(path).fileName()));
            action->setToolTip(path);
            connect(action, &QAction::triggered, this, [open, path] { open(path); });
        }
        if (paths.isEmpty())
            menu.addAction(tr("none yet"))->setEnabled(false);
    };
    session::Session &session = m_context.session;
    add(tr("Pictures"), m_context.settings.recentPictures(),
        [&session](const QString &path) { session.openPaths({path}); });
    add(tr("Models"), m_context.settings.recentModels(), [&session](const QString &path) { session.openModel(path); });
}

void Opening::fillModels(QMenu &menu)
{
    menu.clear();
    menu.setToolTipsVisible(true);
    for (const Catalogue::Model &model : m_context.catalogue.models) {
        QAction *action = menu.addAction(model.title);
        action->setToolTip(model.description);
        action->setCheckable(true);
        action->setChecked(model.name == currentModel(m_context.session));
        connect(action, &QAction::triggered, this, [this, name = model.name] { m_context.session.openModel(name); });
    }
    menu.addSeparator();
}

} // namespace reslens::gui
