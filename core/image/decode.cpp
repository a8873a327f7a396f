#include "image/decode.h"

#include "image/salvage.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>
#include <QLoggingCategory>
#include <QTransform>
#include <QtEndian>

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace reslens::image {

namespace {

// We find truncated files before a decoder sees them, because some decoders show grey or garbage without an error and
// others write to the terminal.

quint8 byteAt(QByteArrayView bytes, qsizetype at)
{
    return quint8(bytes[at]);
}

/// The position after a GIF's chain of data sub-blocks (a length, that many bytes, ..., a zero), or -1.
qsizetype afterSubBlocks(QByteArrayView bytes, qsizetype at)
{
    while (at < bytes.size()) {
        const quint8 length = byteAt(bytes, at);
        if (length == 0)
            return at + 1;
        at += 1 + length;
    }
    return -1;
}

/// The size of the colour table that a GIF's flags announce.
qsizetype colourTableBytes(quint8 flags)
{
    return flags & 0x80 ? qsizetype(3) << ((flags & 7) + 1) : 0;
}

// ITU T.81 annex B: segments are FF, a marker, and a length that counts itself. After a scan's header come data in
// which FF is followed by 00, by a restart marker (D0 to D7), or is a fill byte.
/// JPEG: an end-of-image marker follows the entropy-coded data. `bytes` begins with a start-of-image marker.
bool isCompleteJpeg(QByteArrayView bytes)
{
    constexpr quint8 kEndOfImage = 0xD9, kStartOfScan = 0xDA;
    qsizetype at = 2;
    while (at + 1 < bytes.size()) {
        const quint8 marker = byteAt(bytes, at + 1);
        const bool isMarker = byteAt(bytes, at) == 0xFF && marker != 0x00 && marker != 0xFF;
        if (!isMarker || (marker >= 0xD0 && marker <= 0xD8) || marker == 0x01) {
            ++at; // scan data, fill bytes, or a marker without a segment
            continue;
        }
        if (marker == kEndOfImage)
            return true;
        if (at + 3 >= bytes.size())
            return false;
        at += 2 + qFromBigEndian<quint16>(bytes.data() + at + 2);
        if (marker == kStartOfScan)
            at = std::min(at, bytes.size());
    }
    return false;
}

/// GIF: the first frame's data blocks exist, with their terminator.
bool isCompleteGif(QByteArrayView bytes)
{
    constexpr qsizetype kScreenBytes = 13, kImageBytes = 10;
    if (bytes.size() < kScreenBytes)
        return false;
    qsizetype at = kScreenBytes + colourTableBytes(byteAt(bytes, 10));
    while (at >= 0 && at < bytes.size()) {
        switch (bytes[at]) {
        case '!': // an extension and its label
            at = afterSubBlocks(bytes, at + 2);
            break;
        case ',': { // the first image; one byte (the code size) precedes its data
            if (at + kImageBytes > bytes.size())
                return false;
            const qsizetype tableBytes = colourTableBytes(byteAt(bytes, at + 9));
            return afterSubBlocks(bytes, at + kImageBytes + tableBytes + 1) >= 0;
        }
        default:
            return false;
        }
    }
    return false;
}

/// PNG: the chunks reach to the end-of-picture chunk, and have the checksums that they say.
bool isCompletePng(QByteArrayView bytes)
{
    constexpr qsizetype kSignatureBytes = 8, kAroundDataBytes = 12; // length and name before the data, CRC after it
    for (qsizetype at = kSignatureBytes; at + kAroundDataBytes <= bytes.size();) {
        const qsizetype length = qFromBigEndian<quint32>(bytes.data() + at);
        if (length > bytes.size() - at - kAroundDataBytes)
            return false;
        const QByteArrayView checked = bytes.sliced(at + 4, 4 + length);
        const auto sum = crc32(0, reinterpret_cast<const Bytef *>(checked.data()), uInt(checked.size()));
        if (quint32(sum) != qFromBigEndian<quint32>(bytes.data() + at + 8 + length))
            return false;
        if (checked.startsWith("IEND"))
            return true;
        at += kAroundDataBytes + length;
    }
    return false;
}

/// The first directory of a TIFF file, which describes its first picture.
class TiffDirectory {
public:
    /// `bytes` begin with one of TIFF's two magic numbers.
    explicit TiffDirectory(QByteArrayView bytes) : m_bytes(bytes), m_isLittleEndian(bytes[0] == 'I')
    {
        m_at = bytes.size() < 8 ? bytes.size() : qint64(number<quint32>(4));
        m_entries = m_at + 2 <= bytes.size() ? number<quint16>(m_at) : 0;
    }

    bool isComplete() const
    {
        return m_at + 2 <= m_bytes.size() && m_at + 2 + kEntryBytes * m_entries <= m_bytes.size();
    }

    /// The first value of a tag of 16-bit numbers.
    std::optional<int> first(quint16 tag) const
    {
        for (qint64 at = m_at + 2, i = 0; isComplete() && i < m_entries; ++i, at += kEntryBytes) {
            if (number<quint16>(at) != tag)
                continue;
            const qint64 value = number<quint32>(at + 4) > 2 ? qint64(number<quint32>(at + 8)) : at + 8;
            return value + 2 <= m_bytes.size() ? std::optional<int>(number<quint16>(value)) : std::nullopt;
        }
        return std::nullopt;
    }

private:
    static constexpr qint64 kEntryBytes = 12;

    template <typename T>
    T number(qint64 at) const
    {
        return m_isLittleEndian ? qFromLittleEndian<T>(m_bytes.data() + at) : qFromBigEndian<T>(m_bytes.data() + at);
    }

    QByteArrayView m_bytes;
    bool m_isLittleEndian;
    qint64 m_at = 0, m_entries = 0;
};

/// TIFF: the first directory exists. In most files it follows the picture; the decoder checks the picture itself.
bool isCompleteTiff(QByteArrayView bytes)
{
    return TiffDirectory(bytes).isComplete();
}

/// What Qt's decoder of TIFF would show in part or write to the terminal about; empty if it reads the file.
QString strangeTiff(QByteArrayView bytes)
{
    constexpr quint16 kBits = 258, kSamples = 277, kSampleFormat = 339;
    constexpr int kFloat = 3, kSigned = 2;
    const TiffDirectory directory(bytes);
    const int bits = directory.first(kBits).value_or(1), samples = directory.first(kSamples).value_or(1),
              format = directory.first(kSampleFormat).value_or(1);
    const QString instead = "; save it as .npy of (channels, height, width) for the network's input";
    if (samples > 4)
        return QString("is a TIFF file of %1 bands; pictures have up to 4").arg(samples) + instead;
    if (bits > 16 || format == kFloat || format == kSigned)
        return QString("is a TIFF file of %1-bit %2 values; pictures have 8 or 16 bits from 0 on")
                   .arg(bits)
                   .arg(format == kFloat    ? "floating-point"
                        : format == kSigned ? "signed"
                                            : "whole") +
               instead;
    return {};
}

/// BMP: all rows exist; run-length encoded bitmaps count as complete.
bool isCompleteBmp(QByteArrayView bytes)
{
    constexpr qsizetype kHeaderBytes = 34; // up to and including the compression
    constexpr quint32 kUncompressed = 0, kBitFields = 3;
    if (bytes.size() < kHeaderBytes)
        return false;
    const auto number = [&](qsizetype at) { return qFromLittleEndian<qint32>(bytes.data() + at); };
    const quint32 compression = quint32(number(30));
    if (compression != kUncompressed && compression != kBitFields)
        return true;
    const qint64 width = std::abs(qint64(number(18))), height = std::abs(qint64(number(22)));
    const qint64 bits = qFromLittleEndian<quint16>(bytes.data() + 28);
    const qint64 rowBytes = (width * bits + 31) / 32 * 4; // rows are padded to four bytes
    return quint32(number(10)) + rowBytes * height <= bytes.size();
}

constexpr int kAllocationLimitMiB = 1024; // kMaxPixels of 8 bytes each (16 bits per channel)

struct Format {
    const char *decoder; // QImageReader's name for it
    const char *spoken;  // a person's name for it
    bool (*isContent)(QByteArrayView bytes);
    bool (*isComplete)(QByteArrayView bytes); // null if the decoder reports truncation itself
    std::optional<Salvaged> (*salvage)(QByteArrayView bytes,
                                       qint64 mostPixels) = nullptr; // reads what is left of a damaged file
    QString (*isStrange)(QByteArrayView bytes) = nullptr; // why its decoder does not do; called on complete files
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

// The allow-list: only these decoders ever run, and only on content of their own format.
constexpr Format kFormats[] = {
    {"jpeg", "JPEG", [](QByteArrayView b) { return startsWith(b, "\xFF\xD8\xFF"); }, isCompleteJpeg, salvageJpeg},
    {"png", "PNG", [](QByteArrayView b) { return startsWith(b, "\x89PNG\r\n\x1A\n"); }, isCompletePng, salvagePng},
    {"webp", "WebP",
     [](QByteArrayView b) { return startsWith(b, "RIFF") && b.size() >= 12 && startsWith(b.sliced(8), "WEBP"); },
     nullptr},
    {"tiff", "TIFF", [](QByteArrayView b) { return startsWith(b, "II*\0") || startsWith(b, "MM\0*"); }, isCompleteTiff,
     nullptr, strangeTiff},
    {"gif", "GIF", [](QByteArrayView b) { return startsWith(b, "GIF87a") || startsWith(b, "GIF89a"); }, isCompleteGif},
    {"bmp", "BMP", [](QByteArrayView b) { return startsWith(b, "BM"); }, isCompleteBmp},
    {"pbm", "PBM", [](QByteArrayView b) { return isNetpbm(b, '1', '4'); }, nullptr},
    {"pgm", "PGM", [](QByteArrayView b) { return isNetpbm(b, '2', '5'); }, nullptr},
    {"ppm", "PPM", [](QByteArrayView b) { return isNetpbm(b, '3', '6'); }, nullptr},
};
constexpr char kAccepted[] = "JPEG, PNG, WebP, TIFF, BMP, GIF or PPM";

/// Describes, for the error message, a file that is not a picture.
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

/// As Qt's reader turns a picture that it reads itself.
QImage turned(const QImage &picture, QImageIOHandler::Transformations how)
{
    QImage result = picture;
    if (how & QImageIOHandler::TransformationMirror || how & QImageIOHandler::TransformationFlip)
        result =
            result.mirrored(how & QImageIOHandler::TransformationMirror, how & QImageIOHandler::TransformationFlip);
    if (how & QImageIOHandler::TransformationRotate90)
        result = result.transformed(QTransform().rotate(90));
    return result;
}

/// Qt has one limit for the whole process, and its default is too small for us; our own limit is checked first. Its
/// decoders write to the terminal what our errors say.
void prepareQt()
{
    static const bool isPrepared = [] {
        QImageReader::setAllocationLimit(std::max(QImageReader::allocationLimit(), kAllocationLimitMiB));
        QLoggingCategory::setFilterRules(QStringLiteral("qt.gui.imageio*=false"));
        return true;
    }();
    Q_UNUSED(isPrepared)
}

/// A file or a pipe: a device may have no end.
bool isReadable(const QString &path)
{
    std::error_code ignored;
    const auto type = std::filesystem::status(QFile::encodeName(path).toStdString(), ignored).type();
    return type == std::filesystem::file_type::regular || type == std::filesystem::file_type::fifo ||
           path.startsWith(':');
}

} // namespace

Result<QImage> decodeFile(const QString &path, const PictureOptions &options, PictureFacts *facts)
{
    QFile file(path);
    const QFileInfo info(path);
    const bool isInput = path == "-";
    if (!isInput && !info.exists())
        return refuse(ErrorKind::NotFound, path, "no such file");
    if (info.isDir())
        return refuse(ErrorKind::InvalidInput, path, "is a folder, expected a picture");
    if (!isInput && !isReadable(path))
        return refuse(ErrorKind::InvalidInput, path, "is not a regular file, expected a picture");
    const bool isOpen = isInput ? file.open(0, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return refuse(ErrorKind::Io, path, "cannot be read: " + file.errorString());
    // One byte beyond the limit, since a pipe has no size.
    const QByteArray bytes = info.size() > kMaxFileBytes ? QByteArray() : file.read(kMaxFileBytes + 1);
    if (const qint64 size = std::max<qint64>(info.isFile() ? info.size() : 0, bytes.size()); size > kMaxFileBytes)
        return refuse(ErrorKind::Limit, path,
                      QString("is %1 MiB large; at most %2 MiB are accepted for a picture")
                          .arg(size >> 20)
                          .arg(kMaxFileBytes >> 20));
    return decodeBytes(bytes, path, options, facts);
}

Result<QImage> decodeBytes(const QByteArray &bytes, const QString &name, const PictureOptions &options,
                           PictureFacts *facts)
{
    const auto note = [facts](const QString &text) {
        if (facts)
            facts->notes.push_back(text.toStdString());
    };
    const auto format =
        std::find_if(std::begin(kFormats), std::end(kFormats), [&](const Format &f) { return f.isContent(bytes); });
    if (format == std::end(kFormats))
        return refuse(bytes.isEmpty() ? ErrorKind::Malformed : ErrorKind::Unsupported, name,
                      looksLike(bytes) + ", expected " + kAccepted);
    const bool isCut = format->isComplete && !format->isComplete(bytes);
    if (isCut && !format->salvage)
        return refuse(ErrorKind::Malformed, name, QString("is a %1 file that was cut short").arg(format->spoken));
    if (const QString strange = format->isStrange && !isCut ? format->isStrange(bytes) : QString(); !strange.isEmpty())
        return refuse(ErrorKind::Unsupported, name, strange);
    prepareQt();
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, format->decoder);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(options.isUpright); // EXIF orientation
    // Qt's decoder of PNG writes to the terminal what is wrong with a damaged one, so it sees whole ones only.
    QImage picture;
    if (!isCut) {
        const QSize size = reader.size();
        if (size.isEmpty())
            return refuse(ErrorKind::Malformed, name,
                          QString("begins as a %1 file, but its header is damaged").arg(format->spoken));
        TRY(checkSize(size, name));
        picture = reader.read();
    }
    const bool mayTurn = !isCut || format->decoder == std::string_view("jpeg");
    const QImageIOHandler::Transformations stored =
        mayTurn ? reader.transformation() : QImageIOHandler::TransformationNone;
    if (picture.isNull()) {
        const auto salvaged = format->salvage ? format->salvage(bytes, kMaxPixels) : std::nullopt;
        if (!salvaged)
            return refuse(
                ErrorKind::Malformed, name,
                QString("is a damaged or incomplete %1 file%2")
                    .arg(format->spoken, isCut ? QString(" without a whole row") : ": " + reader.errorString()));
        picture = options.isUpright ? turned(salvaged->rgb, stored) : salvaged->rgb;
        note(QString("is a damaged %1 file: %2").arg(format->spoken, salvaged->damage()));
    }
    const QSize size = picture.size();
    if (stored != QImageIOHandler::TransformationNone)
        note(options.isUpright ? QString("was turned upright as its EXIF orientation says; PIL leaves it as stored")
                               : QString("is shown as stored, not as its EXIF orientation says"));
    QImage rgb;
    if (hasDeepChannels(picture)) {
        const Levels levels = options.levels.value_or(fullRange(picture));
        rgb = withLevels(picture, levels);
        if (facts)
            facts->levels = levels;
        if (options.levels || levels != Levels{})
            note(QString("has 16 bits a channel: values from %1 to %2 are shown as 0 to 255")
                     .arg(levels.low)
                     .arg(levels.high));
    } else {
        rgb = std::move(picture).convertToFormat(QImage::Format_RGB888);
    }
    if (rgb.isNull())
        return refuse(
            ErrorKind::Limit, name,
            QString("there is not enough memory for its %1 x %2 pixels").arg(size.width()).arg(size.height()));
    return rgb;
}

QStringList fileSuffixes()
{
    return {"jpg", "jpeg", "png", "webp", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "pbm", "pnm"};
}

} // namespace reslens::image
