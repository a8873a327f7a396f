// Reads pictures that people hand us: any of a few formats, recognised by content, within limits, upright, as RGB.
#pragma once

#include "error/error.h"

#include <QByteArray>
#include <QImage>
#include <QString>

namespace reslens::image {

constexpr qint64 kMaxPixels = 100'000'000;
constexpr qint64 kMaxFileBytes = qint64(512) << 20;

/// The first frame of a JPEG, PNG, WebP, TIFF, BMP, GIF or PPM/PGM/PBM file as RGB888, whatever its name says.
/// EXIF orientation is applied. Grey, palette, 16-bit and CMYK pictures become 8-bit RGB; colour profiles are not
/// applied and alpha is dropped, both as PIL's convert("RGB") does, so that PyTorch sees the same values.
/// Errors: NotFound, Io, Malformed (no picture, damaged, cut short), Unsupported format, Limit.
Result<QImage> decodeFile(const QString &path);

/// The same from memory; `name` is the subject of errors.
Result<QImage> decodeBytes(const QByteArray &bytes, const QString &name);

/// Endings of the formats above, without the dot, for file dialogs and folder scans.
QStringList fileSuffixes();

} // namespace reslens::image
