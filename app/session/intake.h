// Pictures and where they come from; sorts what a person dropped, pasted or named into pictures and checkpoints, by
// content.
#pragma once

#include <QImage>
#include <QStringList>
#include <QUrl>

#include <vector>

namespace reslens::session {

/// A picture a person opened: decoded, with the name they know it by.
struct Picture {
    QString name; // the file's name, or "Pasted image"
    QString path; // empty for image data
    QImage image; // upright RGB888

    bool isNull() const { return image.isNull(); }
};

/// Where a picture comes from: a file that is decoded when it is wanted, or pixels that are already here.
struct PictureSource {
    QString name;
    QString path; // empty for image data
    QImage image; // null for files
};

enum class FileKind { Picture, Checkpoint, Folder, Missing, Empty };

/// By the file's first bytes: a zip or a pickle or a safetensors header is a checkpoint; a file with a checkpoint's
/// extension is one too, so that the reader can say what is wrong with it. Everything else is taken for a picture.
FileKind kindOf(const QString &path);

struct Intake {
    std::vector<PictureSource> pictures;
    QStringList checkpoints;
    QStringList problems;          // one sentence each, about files that are neither
    qsizetype leftOutPictures = 0; // beyond kMaxPictures
};

/// As many as the strip of thumbnails holds.
constexpr std::size_t kMaxPictures = 500;

/// Reads the disk: call it off the GUI thread. Folders give the pictures directly inside them, by name.
Intake sortPaths(const QStringList &paths);

/// The local files among `urls`; `problem` says why one cannot be used (ResLens does not use the network).
struct LocalFiles {
    QStringList paths;
    QString problem;
};
LocalFiles localFiles(const QList<QUrl> &urls);

} // namespace reslens::session
