#include "image/completeness.h"

#include <QtEndian>

#include <cstdlib>

namespace reslens::image {

namespace {

quint8 byteAt(QByteArrayView bytes, qsizetype at)
{
    return quint8(bytes[at]);
}

/// The position after a GIF's chain of data sub-blocks (a length, so many bytes, ..., a zero), or -1.
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

/// Bytes of the colour table that a GIF's flags announce.
qsizetype colourTableBytes(quint8 flags)
{
    return flags & 0x80 ? qsizetype(3) << ((flags & 7) + 1) : 0;
}

} // namespace

// ITU T.81 annex B: segments are FF, a marker, a length that counts itself; after a scan's header come data in which
// FF is followed by 00, by a restart marker (D0 to D7), or is a fill byte.
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
        case ',': { // the first image; a byte (the code size) stands before its data
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

bool isCompletePng(QByteArrayView bytes)
{
    constexpr qsizetype kSignatureBytes = 8, kAroundDataBytes = 12; // length and name before it, CRC after it
    for (qsizetype at = kSignatureBytes; at + kAroundDataBytes <= bytes.size();) {
        if (bytes.sliced(at + 4, 4) == "IEND")
            return true;
        at += kAroundDataBytes + qFromBigEndian<quint32>(bytes.data() + at);
    }
    return false;
}

bool isCompleteTiff(QByteArrayView bytes)
{
    constexpr qint64 kEntryBytes = 12;
    if (bytes.size() < 8)
        return false;
    const bool isLittleEndian = bytes[0] == 'I';
    const auto number = [&]<typename T>(qint64 at, T) {
        return isLittleEndian ? qFromLittleEndian<T>(bytes.data() + at) : qFromBigEndian<T>(bytes.data() + at);
    };
    const qint64 directory = number(4, quint32());
    return directory + 2 <= bytes.size() && directory + 2 + kEntryBytes * number(directory, quint16()) <= bytes.size();
}

bool isCompleteBmp(QByteArrayView bytes)
{
    constexpr qsizetype kHeaderBytes = 34; // up to and with the compression
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

} // namespace reslens::image
