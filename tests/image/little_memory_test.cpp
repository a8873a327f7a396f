// A picture that does not fit into memory is an error: never a black input, never an empty picture.
#include "image/decode.h"
#include "image/preprocess.h"
#include "support/address_space.h"

#include <QBuffer>
#include <QTest>

using namespace reslens;

class LittleMemoryTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!test::kCanLimitAddressSpace)
            QSKIP("a sanitizer needs more address space than is left");
    }

    void a_picture_that_cannot_become_rgb_is_an_error()
    {
        QImage grey(3000, 3000, QImage::Format_Grayscale8); // 9 MB; 27 MB as RGB
        grey.fill(Qt::white);
        QByteArray png;
        QBuffer buffer(&png);
        QVERIFY(buffer.open(QIODevice::WriteOnly) && grey.save(&buffer, "PNG"));
        const test::AddressSpaceLimit limit(24 << 20);
        const auto picture = image::decodeBytes(png, "grey.png");
        QVERIFY(!picture);
        QCOMPARE(picture.error().message(),
                 std::string("grey.png: there is not enough memory for its 3000 x 3000 pixels"));
        QCOMPARE(picture.error().kind, ErrorKind::Limit);
    }

    void a_picture_that_cannot_be_scaled_is_an_error_and_no_black_input_data()
    {
        QTest::addColumn<int>("moreMiB");
        QTest::newRow("its rows") << 8;     // of 26 MB
        QTest::newRow("its columns") << 40; // 25 MB more
    }

    void a_picture_that_cannot_be_scaled_is_an_error_and_no_black_input()
    {
        QFETCH(int, moreMiB);
        QImage white(3000, 3000, QImage::Format_RGB888);
        white.fill(Qt::white);
        nn::Preprocess how;
        how.resize = how.crop = 2900;
        const test::AddressSpaceLimit limit(std::size_t(moreMiB) << 20);
        const auto input = image::preprocess(white, how);
        QVERIFY(!input);
        QCOMPARE(input.error().message(),
                 std::string("picture: there is not enough memory to scale its 3000 x 3000 pixels"));
    }
};

QTEST_GUILESS_MAIN(LittleMemoryTest)
#include "little_memory_test.moc"
