// How a session gets its pictures: dropped, pasted, opened, chosen from the strip.
#include "image/decode.h"
#include "session/session.h"

namespace reslens::session {

namespace {

constexpr int kThumbnailSide = 128; // pixels; the strip shows them at half of that or less
constexpr int kThumbnailPriority = -1;

} // namespace

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
    decode(-1, pictures.front());
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
        [source] { return source.image.isNull() ? image::decodeFile(source.path) : source.image; },
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
    m_takesTopClass = true;
    m_patience.start();
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

} // namespace reslens::session
