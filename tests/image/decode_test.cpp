// Decoded pictures equal PIL's, and everything that is not a picture is refused in one sentence.
#include "image/decode.h"

#include <QBuffer>
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
        for (const char *name : {"lossy.webp", "plain.tiff", "lzw.tiff", "windows.bmp", "grey.bmp", "simple.gif",
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

    void a_damaged_jpeg_or_png_is_read_as_far_as_it_goes_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *name : {"photo.jpg", "progressive.jpg", "cmyk.jpg", "grey.jpg", "orientation6.jpg",
                                 "scene.png", "palette.png", "rgb16.png"})
            QTest::newRow(name) << name;
    }
    void a_damaged_jpeg_or_png_is_read_as_far_as_it_goes()
    {
        QFETCH(QString, file);
        const QByteArray whole = contentOf(file);
        const QImage expected = image::decodeBytes(whole, file).value();
        int accepted = 0;
        for (qsizetype length = 0; length < whole.size(); length += 1 + length / 60) {
            image::PictureFacts facts;
            const Result<QImage> picture = image::decodeBytes(whole.first(length), file, {}, &facts);
            QVERIFY(picture || !refusal(picture).contains('\n'));
            if (!picture)
                continue;
            ++accepted;
            QCOMPARE(picture->size(), expected.size());
            QVERIFY2(!facts.notes.empty() && facts.notes.front().find(" file: ") != std::string::npos, "no note");
        }
        QVERIFY2(accepted > 3, qPrintable(QString::number(accepted)));
    }

    void missing_rows_are_counted_and_black()
    {
        image::PictureFacts facts;
        const QByteArray whole = contentOf("scene.png");
        const QImage picture = image::decodeBytes(whole.first(whole.size() * 2 / 3), "a.png", {}, &facts).value();
        const QImage expected = image::decodeBytes(whole, "a.png").value();
        int rows = 0;
        while (rows < picture.height() && std::memcmp(picture.constScanLine(rows), expected.constScanLine(rows),
                                                      std::size_t(3 * picture.width())) == 0)
            ++rows;
        QVERIFY(rows > 5 && rows < picture.height());
        QCOMPARE(facts.notes, image::Notes{"is a damaged PNG file: " + std::to_string(picture.height() - rows) +
                                           " of its " + std::to_string(picture.height()) + " rows are missing"});
        for (int x = 0; x < picture.width(); ++x)
            QCOMPARE(picture.pixel(x, picture.height() - 1), qRgb(0, 0, 0));
    }

    void a_missing_end_costs_no_pixel_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("missing"); // bytes
        QTest::newRow("JPEG without its last two bytes") << "photo.jpg" << 2;
        QTest::newRow("grey JPEG") << "grey.jpg" << 2;
        QTest::newRow("CMYK") << "cmyk.jpg" << 2;
        QTest::newRow("PNG without IEND") << "scene.png" << 12;
        QTest::newRow("turned") << "orientation6.jpg" << 2;
    }
    void a_missing_end_costs_no_pixel()
    {
        QFETCH(QString, file);
        QFETCH(int, missing);
        image::PictureFacts facts;
        const QByteArray whole = contentOf(file);
        const Result<QImage> picture = image::decodeBytes(whole.chopped(missing), file, {}, &facts);
        QVERIFY2(picture, qPrintable(refusal(picture)));
        const QImage expected = image::decodeBytes(whole, file).value();
        QCOMPARE(picture->size(), expected.size());
        QVERIFY(largestDifference(*picture, expected) <= (file == "cmyk.jpg" ? 1 : 0));
        QVERIFY2(facts.notes.front().find("all pixels are there") != std::string::npos, facts.notes.front().c_str());
    }

    void a_wrong_checksum_is_told_and_the_pixels_are_shown()
    {
        QByteArray bytes = contentOf("scene.png");
        bytes[bytes.size() - 14] = char(bytes[bytes.size() - 14] ^ 1); // of the last chunk before IEND
        image::PictureFacts facts;
        const Result<QImage> picture = image::decodeBytes(bytes, "a.png", {}, &facts);
        QVERIFY2(picture, qPrintable(refusal(picture)));
        QCOMPARE(*picture, image::decodeBytes(contentOf("scene.png"), "a.png").value());
        QCOMPARE(facts.notes.size(), 1u);
    }

    void deep_grey_shows_its_full_range_and_levels_choose_another()
    {
        QImage deep(3, 1, QImage::Format_Grayscale16);
        const quint16 values[] = {1000, 2000, 3000};
        std::memcpy(deep.scanLine(0), values, sizeof values);
        QByteArray bytes;
        QBuffer buffer(&bytes);
        QVERIFY(deep.save(&buffer, "PNG"));
        const auto shown = [&](const image::PictureOptions &options, image::PictureFacts *facts) {
            const QImage picture = image::decodeBytes(bytes, "a.png", options, facts).value();
            return std::array{qRed(picture.pixel(0, 0)), qRed(picture.pixel(1, 0)), qRed(picture.pixel(2, 0))};
        };
        image::PictureFacts facts;
        QCOMPARE(shown({}, &facts), (std::array{0, 128, 255}));
        QCOMPARE(facts.notes, image::Notes{"has 16 bits a channel: values from 1000 to 3000 are shown as 0 to 255"});
        QCOMPARE(shown({image::Levels{0, 4000}}, nullptr), (std::array{64, 128, 191}));
        QCOMPARE(shown({image::Levels{2000, 2500}}, nullptr), (std::array{0, 0, 255}));
    }

    void deep_colours_keep_zero_and_their_relation()
    {
        QImage deep(2, 1, QImage::Format_RGBX64);
        const quint16 values[] = {3000, 1500, 0, 65535, 750, 0, 3000, 65535};
        std::memcpy(deep.scanLine(0), values, sizeof values);
        QCOMPARE(image::fullRange(deep), (image::Levels{0, 4095}));
        const QImage picture = image::withLevels(deep, {0, 4095});
        QCOMPARE(picture.pixel(0, 0), qRgb(187, 93, 0));
    }

    void a_tiff_that_would_be_shown_in_part_is_refused_by_name()
    {
        QByteArray bytes = contentOf("plain.tiff");
        const auto set = [&](quint16 tag, quint16 value) {
            const qsizetype directory = qFromLittleEndian<quint32>(bytes.data() + 4);
            for (qsizetype i = 0, at = directory + 2; i < qFromLittleEndian<quint16>(bytes.data() + directory);
                 ++i, at += 12)
                if (qFromLittleEndian<quint16>(bytes.data() + at) == tag)
                    qToLittleEndian(value, bytes.data() + at + 8);
        };
        set(277, 5);
        QCOMPARE(refusal(image::decodeBytes(bytes, "a.tif")),
                 QString("a.tif: is a TIFF file of 5 bands; pictures have up to 4; save it as .npy of (channels, "
                         "height, width) for the network's input"));
    }

    void the_orientation_can_be_ignored()
    {
        image::PictureFacts facts;
        const QImage upright = image::decodeBytes(contentOf("orientation6.jpg"), "a.jpg", {}, &facts).value();
        QCOMPARE(facts.notes, image::Notes{"was turned upright as its EXIF orientation says; PIL leaves it as stored"});
        const QImage stored = image::decodeBytes(contentOf("orientation6.jpg"), "a.jpg", {.isUpright = false}).value();
        QCOMPARE(stored.size(), upright.size().transposed());
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
            << QByteArray::fromHex("ffd8ffe000104a464946")
            << "a.jpg: is a damaged or incomplete JPEG file without a whole row";
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
