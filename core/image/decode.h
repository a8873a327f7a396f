// Reads a person's picture as upright RGB. The format is recognised by content, and sizes have limits.
#pragma once

#include "error/error.h"
#include "image/levels.h"

#include <QByteArray>
#include <QImage>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace reslens::image {

constexpr qint64 kMaxPixels = 100'000'000;
constexpr qint64 kMaxFileBytes = qint64(512) << 20;

struct PictureOptions {
    std::optional<Levels> levels; // of pictures with more than 8 bits a channel; else their full range
    bool isUpright = true;        // false: as the file stores it, whatever EXIF says
    bool operator==(const PictureOptions &) const = default;
};

/// Sentences about a picture that a person should read.
using Notes = std::vector<std::string>;

/// What was found and done.
struct PictureFacts {
    Notes notes;
    std::optional<Levels> levels; // that are shown, of a picture with more than 8 bits a channel
};

/// Reads the first frame of a JPEG, PNG, WebP, TIFF, BMP, GIF or PPM/PGM/PBM file as RGB888, whatever its name says;
/// "-" is standard input. EXIF orientation is applied. Grey, palette, 16-bit and CMYK pictures become 8-bit RGB. Colour
/// profiles are not applied and alpha is dropped, as PIL's convert("RGB") does, so PyTorch sees the same values. A JPEG
/// or PNG that is damaged is read as far as it goes. `facts`, if given, receives what was done that a person may not
/// expect. Errors: NotFound, Io, Malformed (not a picture, damaged, truncated), Unsupported format, Limit.
Result<QImage> decodeFile(const QString &path, const PictureOptions &options = {}, PictureFacts *facts = nullptr);

/// The same from memory; `name` is the subject of errors.
Result<QImage> decodeBytes(const QByteArray &bytes, const QString &name, const PictureOptions &options = {},
                           PictureFacts *facts = nullptr);

/// File suffixes of the formats above, without the dot, for file dialogs and folder scans.
QStringList fileSuffixes();

} // namespace reslens::image
