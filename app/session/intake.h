// Pictures and their sources. Sorts dropped, pasted or named files into pictures and checkpoints by their content.
#pragma once

#include "image/levels.h"

#include <QImage>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <vector>

namespace reslens::session {

/// An opened and decoded picture, with a name for the person.
struct Picture {
    QString name;                             // the file's name, or "Pasted image"
    QString path;                             // empty for image data
    QImage image;                             // upright RGB888
    std::optional<image::Levels> levels = {}; // that are shown, of one with more than 8 bits a channel

    bool isNull() const { return image.isNull(); }
};

/// The source of a picture: a file to be decoded when needed, or pixels that are already here.
struct PictureSource {
    QString name;
    QString path; // empty for image data
    QImage image; // null for files
};

enum class FileKind { Picture, Checkpoint, Folder, Missing, Empty };

/// Looks at the file's first bytes: a zip, a pickle or a safetensors header is a checkpoint. A file with a
/// checkpoint's extension is one too, so that the reader can say what is wrong with it, and so is a model's folder.
/// Everything else counts as a picture.
FileKind kindOf(const QString &path);

/// The endings of checkpoints' names: "*.pth", … for file dialogs.
const QStringList &checkpointPatterns();
/// True if the file's name ends as a checkpoint's.
bool hasCheckpointName(const QString &path);

struct Intake {
    std::vector<PictureSource> pictures;
    QStringList checkpoints;
    QStringList problems;          // one sentence per file that is neither
    qsizetype leftOutPictures = 0; // beyond kMaxPictures
};

/// The capacity of the strip of thumbnails.
constexpr std::size_t kMaxPictures = 500;

/// Reads the disk: call it off the GUI thread. Folders give the pictures directly inside them, by name.
Intake sortPaths(const QStringList &paths);

/// The local files among `urls`. `problem` says why one cannot be used (ResLens does not use the network).
struct LocalFiles {
    QStringList paths;
    QString problem;
};
LocalFiles localFiles(const QList<QUrl> &urls);

} // namespace reslens::session
