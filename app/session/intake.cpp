#include "session/intake.h"

#include "image/decode.h"
#include "weights/model_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace reslens::session {

namespace {

constexpr qsizetype kHeadBytes = 16;

bool looksLikeCheckpoint(const QByteArray &head)
{
    if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06"))
        return true; // torch's zip container
    if (head.size() >= 2 && head[0] == '\x80' && head[1] >= 1 && head[1] <= 5)
        return true; // a pickle: torch's legacy stream
    if (head.size() < 9 || head[8] != '{')
        return false;
    // safetensors has a little-endian header size, whose upper bytes are therefore zero, and a JSON object.
    return head[5] == 0 && head[6] == 0 && head[7] == 0;
}

QStringList picturesIn(const QString &folder)
{
    QStringList patterns;
    for (const QString &suffix : image::fileSuffixes())
        patterns << "*." + suffix;
    QStringList paths;
    for (const QFileInfo &entry : QDir(folder).entryInfoList(patterns, QDir::Files | QDir::Readable, QDir::Name))
        paths << entry.absoluteFilePath();
    return paths;
}

void addPicture(Intake &intake, const QString &path)
{
    if (intake.pictures.size() < kMaxPictures)
        intake.pictures.push_back({QFileInfo(path).fileName(), path, {}});
    else
        ++intake.leftOutPictures;
}

void addFolder(Intake &intake, const QString &path)
{
    const QStringList inside = picturesIn(path);
    if (inside.isEmpty())
        intake.problems << QCoreApplication::translate("Intake", "%1: no pictures in this folder").arg(path);
    for (const QString &picture : inside)
        addPicture(intake, picture);
}

} // namespace

const QStringList &checkpointPatterns()
{
    static const QStringList patterns{"*.pth",  "*.pt",  "*.th",          "*.pth.tar",
                                      "*.ckpt", "*.bin", "*.safetensors", "*.pkl"};
    return patterns;
}

bool hasCheckpointName(const QString &path)
{
    return std::ranges::any_of(checkpointPatterns(), [&](const QString &pattern) {
        return path.endsWith(QStringView(pattern).mid(1), Qt::CaseInsensitive);
    });
}

FileKind kindOf(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return FileKind::Missing;
    const std::filesystem::path name = QFile::encodeName(path).toStdString();
    if (info.isDir())
        return weights::isModelFolder(name) ? FileKind::Checkpoint : FileKind::Folder;
    if (!weights::modelFolderOf(name).empty())
        return FileKind::Checkpoint; // an index of shards is text
    QFile file(path);
    const QByteArray head = file.open(QIODevice::ReadOnly) ? file.read(kHeadBytes) : QByteArray();
    if (looksLikeCheckpoint(head) || hasCheckpointName(path))
        return FileKind::Checkpoint;
    return info.size() == 0 ? FileKind::Empty : FileKind::Picture;
}

Intake sortPaths(const QStringList &paths)
{
    Intake intake;
    for (const QString &path : paths) {
        switch (kindOf(path)) {
        case FileKind::Folder:
            addFolder(intake, path);
            break;
        case FileKind::Checkpoint:
            intake.checkpoints << path;
            break;
        case FileKind::Picture:
            addPicture(intake, path);
            break;
        case FileKind::Empty:
            intake.problems << QCoreApplication::translate("Intake", "%1: the file is empty").arg(path);
            break;
        case FileKind::Missing:
            intake.problems << QCoreApplication::translate("Intake", "%1: no such file").arg(path);
            break;
        }
    }
    return intake;
}

LocalFiles localFiles(const QList<QUrl> &urls)
{
    LocalFiles files;
    for (const QUrl &url : urls) {
        if (url.isLocalFile())
            files.paths << url.toLocalFile();
        else if (url.scheme() == "qrc")
            files.paths << ":" + url.path();
        else
            files.problem = QCoreApplication::translate(
                                "Intake", "%1: ResLens does not use the network; save the picture and drop the file")
                                .arg(url.toDisplayString());
    }
    return files;
}

} // namespace reslens::session
