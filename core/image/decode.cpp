#include "image/decode.h"

#include "image/completeness.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>

#include <algorithm>
#include <cstring>

namespace reslens::image {

namespace {

constexpr int kAllocationLimitMiB = 1024; // kMaxPixels of 8 bytes each (16 bits per channel)

struct Format {
    const char *decoder; // as QImageReader calls it
    const char *spoken;  // as a person calls it
    bool (*isContent)(QByteArrayView bytes);
    bool (*isComplete)(QByteArrayView bytes); // null where the decoder checks it, quietly
};

template <std::size_t size>
bool startsWith(QByteArrayView bytes, const char (&magic)[size])
{
    return bytes.startsWith(QByteArrayView(magic, size - 1));
}

/// "P", one of two digits (plain and raw), white space.
bool isNetpbm(QByteArrayView bytes, char plain, char raw)
{
    return bytes.size() > 2 && bytes[0] == 'P' && (bytes[1] == plain || bytes[1] == raw) &&
           std::strchr(" \t\r\n#", bytes[2]) && bytes[2] != '\0';
}

// The allow-list: only these decoders ever run, and only on content that begins as theirs does.
constexpr Format kFormats[] = {
    {"jpeg", "JPEG", [](QByteArrayView b) { return startsWith(b, "\xFF\xD8\xFF"); }, isCompleteJpeg},
    {"png", "PNG", [](QByteArrayView b) { return startsWith(b, "\x89PNG\r\n\x1A\n"); }, isCompletePng},
    {"webp", "WebP",
     [](QByteArrayView b) { return startsWith(b, "RIFF") && b.size() >= 12 && startsWith(b.sliced(8), "WEBP"); },
     nullptr},
    {"tiff", "TIFF", [](QByteArrayView b) { return startsWith(b, "II*\0") || startsWith(b, "MM\0*"); }, isCompleteTiff},
    {"gif", "GIF", [](QByteArrayView b) { return startsWith(b, "GIF87a") || startsWith(b, "GIF89a"); }, isCompleteGif},
    {"bmp", "BMP", [](QByteArrayView b) { return startsWith(b, "BM"); }, isCompleteBmp},
    {"pbm", "PBM", [](QByteArrayView b) { return isNetpbm(b, '1', '4'); }, nullptr},
    {"pgm", "PGM", [](QByteArrayView b) { return isNetpbm(b, '2', '5'); }, nullptr},
    {"ppm", "PPM", [](QByteArrayView b) { return isNetpbm(b, '3', '6'); }, nullptr},
};
constexpr char kAccepted[] = "JPEG, PNG, WebP, TIFF, BMP, GIF or PPM";

/// What stands in a file that is no picture, for the error message.
QString looksLike(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return "is empty (0 bytes)";
    const QByteArrayView head = bytes.first(std::min<qsizetype>(bytes.size(), 512));
    const bool isText =
        std::none_of(head.begin(), head.end(), [](char c) { return quint8(c) < 0x20 && !std::strchr("\t\n\r\f", c); });
    if (isText)
        return "is a text file";
    const QByteArray hex = bytes.first(std::min<qsizetype>(bytes.size(), 8)).toByteArray().toHex(' ');
    return "is no known picture format (begins with " + QString::fromLatin1(hex) + ")";
}

tl::unexpected<Error> refuse(ErrorKind kind, const QString &name, const QString &problem)
{
    return fail(kind, name.toStdString(), problem.toStdString());
}

Result<void> checkSize(QSize size, const QString &name)
{
    const qint64 pixels = qint64(size.width()) * size.height();
    if (pixels <= kMaxPixels)
        return {};
    return refuse(ErrorKind::Limit, name,
                  QString("%1 x %2 pixels are %3 megapixels; at most %4 are accepted")
                      .arg(size.width())
                      .arg(size.height())
                      .arg(double(pixels) / 1e6, 0, 'f', 1)
                      .arg(kMaxPixels / 1'000'000));
}

/// Qt keeps one limit for the whole process and its default is too small for us; our own is checked before.
void raiseAllocationLimit()
{
    static const bool isRaised = [] {
        QImageReader::setAllocationLimit(std::max(QImageReader::allocationLimit(), kAllocationLimitMiB));
        return true;
    }();
    Q_UNUSED(isRaised)
}

} // namespace

Result<QImage> decodeFile(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return refuse(ErrorKind::NotFound, path, "no such file");
    if (info.isDir())
        return refuse(ErrorKind::InvalidInput, path, "is a folder, expected a picture");
    if (!info.isFile())
        return refuse(ErrorKind::InvalidInput, path, "is not a regular file, expected a picture");
    if (info.size() > kMaxFileBytes)
        return refuse(ErrorKind::Limit, path,
                      QString("is %1 MiB large; at most %2 MiB are accepted for a picture")
                          .arg(info.size() >> 20)
                          .arg(kMaxFileBytes >> 20));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return refuse(ErrorKind::Io, path, "cannot be read: " + file.errorString());
    return decodeBytes(file.readAll(), path);
}

Result<QImage> decodeBytes(const QByteArray &bytes, const QString &name)
{
    const auto format =
        std::find_if(std::begin(kFormats), std::end(kFormats), [&](const Format &f) { return f.isContent(bytes); });
    if (format == std::end(kFormats))
        return refuse(bytes.isEmpty() ? ErrorKind::Malformed : ErrorKind::Unsupported, name,
                      looksLike(bytes) + ", expected " + kAccepted);
    if (format->isComplete && !format->isComplete(bytes))
        return refuse(ErrorKind::Malformed, name, QString("is a %1 file that was cut short").arg(format->spoken));
    raiseAllocationLimit();
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, format->decoder);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true); // EXIF orientation
    const QSize size = reader.size();
    if (size.isEmpty())
        return refuse(ErrorKind::Malformed, name,
                      QString("begins as a %1 file, but its header is damaged").arg(format->spoken));
    if (const Result<void> checked = checkSize(size, name); !checked)
        return tl::unexpected(checked.error());
    const QImage picture = reader.read();
    if (picture.isNull())
        return refuse(ErrorKind::Malformed, name,
                      QString("is a damaged or incomplete %1 file: %2").arg(format->spoken, reader.errorString()));
    return picture.convertToFormat(QImage::Format_RGB888);
}

QStringList fileSuffixes()
{
    return {"jpg", "jpeg", "png", "webp", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "pbm", "pnm"};
}

} // namespace reslens::image
