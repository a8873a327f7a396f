// Decoded pictures equal PIL's, and everything that is not a picture is refused in one sentence.
#include "image/decode.h"

#include <QDir>
#include <QImageReader>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>

using namespace reslens;

namespace {

const QString kData = RESLENS_SOURCE_DIR "/tests/image/data/decode/";

QByteArray contentOf(const QString &name)
{
    QFile file(kData + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Returns the largest difference of any channel; 256 if the sizes differ.
int largestDifference(const QImage &a, const QImage &b)
{
    if (a.size() != b.size() || a.format() != b.format())
        return 256;
    int largest = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < 3 * a.width(); ++x)
            largest = std::max(largest, std::abs(a.constScanLine(y)[x] - b.constScanLine(y)[x]));
    return largest;
}

QString refusal(const Result<QImage> &result)
{
    return result ? QString("(accepted)") : QString::fromStdString(result.error().message());
}

/// Computes PNG's checksum (ISO 3309), bit by bit.
quint32 crc32(QByteArrayView bytes)
{
    quint32 crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/// Makes a PNG header that claims this size, with a valid checksum.
QByteArray pngHeader(quint32 width, quint32 height)
{
    QByteArray bytes = contentOf("scene.png");
    qToBigEndian(width, bytes.data() + 16);
    qToBigEndian(height, bytes.data() + 20);
    qToBigEndian(crc32(QByteArrayView(bytes).sliced(12, 17)), bytes.data() + 29);
    return bytes;
}

} // namespace

class DecodeTest : public QObject {
    Q_OBJECT

private slots:
    void every_format_gives_the_values_of_pil_data()
    {
        QTest::addColumn<int>("tolerance");
        const QSet<QString> roundedFrom16Bits{"rgb16.png", "grey16.png"}; // PIL cuts the low byte off, Qt rounds
        for (const QString &name : QDir(kData).entryList(QDir::Files, QDir::Name))
            if (!name.endsWith(".expected.png"))
                QTest::newRow(qPrintable(name)) << (roundedFrom16Bits.contains(name) ? 1 : 0);
    }
    void every_format_gives_the_values_of_pil()
    {
        QFETCH(int, tolerance);
        const QString path = kData + QTest::currentDataTag();
        const Result<QImage> picture = image::decodeFile(path);
        QVERIFY2(picture, qPrintable(refusal(picture)));
        QCOMPARE(picture->format(), QImage::Format_RGB888);
        const QImage expected = QImage(path + ".expected.png").convertToFormat(QImage::Format_RGB888);
        QCOMPARE(picture->size(), expected.size());
        const int difference = largestDifference(*picture, expected);
        QVERIFY2(difference <= tolerance, qPrintable(QString("largest difference %1").arg(difference)));
    }

    void the_content_decides_not_the_name()
    {
        const Result<QImage> picture = image::decodeBytes(contentOf("lossy.webp"), "photo.jpg");
        QVERIFY2(picture, qPrintable(refusal(picture)));
        QCOMPARE(picture->size(), QSize(41, 31));
    }

    void a_file_that_was_cut_short_is_refused_at_every_length_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *name : {"photo.jpg", "progressive.jpg", "cmyk.jpg", "orientation6.jpg", "scene.png",
                                 "lossy.webp", "plain.tiff", "lzw.tiff", "windows.bmp", "grey.bmp", "simple.gif",
                                 "animated.gif", "colour.ppm", "grey.pgm", "bits.pbm"})
            QTest::newRow(name) << name;
    }
    void a_file_that_was_cut_short_is_refused_at_every_length()
    {
        QFETCH(QString, file);
        const QByteArray whole = contentOf(file);
        // A lossy WebP is whole without its padding; an animation is accepted once its first frame is there.
        const qsizetype longest = file == "animated.gif" ? whole.size() / 3 : whole.size() - 2;
        for (qsizetype length = 0; length <= longest; length += 1 + length / 40) {
            const Result<QImage> picture = image::decodeBytes(whole.first(length), file);
            QVERIFY2(!picture, qPrintable(QString("accepted %1 of %2 bytes").arg(length).arg(whole.size())));
            QVERIFY(!refusal(picture).contains('\n'));
        }
    }

    void what_is_no_picture_is_named_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        const QString expected = ", expected JPEG, PNG, WebP, TIFF, BMP, GIF or PPM";
        QTest::newRow("text") << QByteArray("Dear reader,\nthis is no picture.\n")
                              << "a.jpg: is a text file" + expected;
        QTest::newRow("empty") << QByteArray() << "a.jpg: is empty (0 bytes)" + expected;
        QTest::newRow("binary") << QByteArray::fromHex("7f454c46020101000000")
                                << "a.jpg: is no known picture format (begins with 7f 45 4c 46 02 01 01 00)" + expected;
        QTest::newRow("SVG, which could name other files")
            << QByteArray("<svg xmlns='http://www.w3.org/2000/svg'/>") << "a.jpg: is a text file" + expected;
        QTest::newRow("only the first bytes of a JPEG")
            << QByteArray::fromHex("ffd8ffe000104a464946") << "a.jpg: is a JPEG file that was cut short";
        QTest::newRow("a header that says nothing")
            << QByteArray::fromHex("ffd8ffd9") << "a.jpg: begins as a JPEG file, but its header is damaged";
        QTest::newRow("too large") << pngHeader(20000, 20000)
                                   << "a.jpg: 20000 x 20000 pixels are 400.0 megapixels; at most 100 are accepted";
    }
    void what_is_no_picture_is_named()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        QCOMPARE(refusal(image::decodeBytes(bytes, "a.jpg")), message);
    }

    void a_hundred_megapixels_are_the_limit()
    {
        QImage largest(10000, 10000, QImage::Format_Mono);
        largest.fill(1);
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QVERIFY(largest.save(&buffer, "pbm"));
        const Result<QImage> picture = image::decodeBytes(bytes, "largest");
        QVERIFY2(picture, qPrintable(refusal(picture)));
        QCOMPARE(picture->size(), QSize(10000, 10000));
        const Result<QImage> larger = image::decodeBytes(bytes.replace("10000 10000", "10000 10001"), "larger");
        QVERIFY(!larger);
        QCOMPARE(larger.error().kind, ErrorKind::Limit);
    }

    void a_path_that_is_no_readable_file_is_refused()
    {
        const QTemporaryDir folder;
        QCOMPARE(refusal(image::decodeFile(folder.filePath("missing.png"))),
                 folder.filePath("missing.png") + ": no such file");
        QCOMPARE(refusal(image::decodeFile(folder.path())), folder.path() + ": is a folder, expected a picture");
        QVERIFY(refusal(image::decodeFile("/dev/zero")).contains("is not a regular file"));
    }

    void a_file_over_the_size_limit_is_refused_unread()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath("huge.jpg"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(image::kMaxFileBytes + 1)); // sparse
        QVERIFY(refusal(image::decodeFile(file.fileName())).contains("at most 512 MiB are accepted"));
    }

    void the_suffixes_offered_are_those_we_decode()
    {
        for (const QString &suffix : image::fileSuffixes())
            QVERIFY2(QImageReader::supportedImageFormats().contains(suffix.toLatin1()) || suffix == "pnm",
                     qPrintable(suffix));
    }
};

QTEST_GUILESS_MAIN(DecodeTest)
#include "decode_test.moc"
