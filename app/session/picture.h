// A picture a person opened: decoded, with the name they know it by.
#pragma once

#include <QImage>
#include <QString>

#include <cstdint>
#include <vector>

namespace reslens::session {

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

} // namespace reslens::session
