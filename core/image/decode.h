// Reads a person's picture as upright RGB. The format is recognised by content, and sizes have limits.
#pragma once

#include "error/error.h"

#include <QByteArray>
#include <QImage>
#include <QString>

namespace reslens::image {

constexpr qint64 kMaxPixels = 100'000'000;
constexpr qint64 kMaxFileBytes = qint64(512) << 20;

/// Reads the first frame of a JPEG, PNG, WebP, TIFF, BMP, GIF or PPM/PGM/PBM file as RGB888, whatever its name says.
/// EXIF orientation is applied. Grey, palette, 16-bit and CMYK pictures become 8-bit RGB. Colour profiles are not
/// applied and alpha is dropped, as PIL's convert("RGB") does, so PyTorch sees the same values.
/// Errors: NotFound, Io, Malformed (not a picture, damaged, truncated), Unsupported format, Limit.
Result<QImage> decodeFile(const QString &path);

/// The same from memory; `name` is the subject of errors.
Result<QImage> decodeBytes(const QByteArray &bytes, const QString &name);

/// File suffixes of the formats above, without the dot, for file dialogs and folder scans.
QStringList fileSuffixes();

} // namespace reslens::image
