// NumPy files go out and come back unchanged, and damaged or foreign ones are refused in one sentence.
#include "image/npy.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace reslens;

namespace {

/// Makes a version 1 file with this header text, unpadded, and so many zero bytes as values.
QByteArray npy(const QByteArray &header, qsizetype valueBytes)
{
    QByteArray bytes("\x93NUMPY\x01\x00", 8);
    bytes.append(char(header.size() & 0xff)).append(char(header.size() >> 8)).append(header);
    return bytes + QByteArray(valueBytes, '\0');
}

QByteArray header(const char *descr, const char *order, const char *shape)
{
    return QByteArray("{'descr': '") + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

} // namespace

class NpyTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path written(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath("a.npy"));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
        return file.fileName().toStdString();
    }

private slots:
    void an_array_written_by_numpy_is_read()
    {
        const auto tensor = image::readNpy(RESLENS_SOURCE_DIR "/tests/image/data/normalised.npy");
        QVERIFY(tensor);
        QCOMPARE(tensor->shape, (Shape{1, 3, 24, 24}));
    }

    void a_tensor_comes_back_unchanged()
    {
        Tensor tensor({2, 3, 4, 5});
        for (std::size_t i = 0; i < tensor.values.size(); ++i)
            tensor.values[i] = float(i) * 0.37f - 11;
        const std::filesystem::path path = m_folder.filePath("out.npy").toStdString();
        QVERIFY(image::writeNpy(path, tensor));
        const auto back = image::readNpy(path);
        QVERIFY(back);
        QCOMPARE(back->shape, tensor.shape);
        QVERIFY(back->values == tensor.values);
    }

    void a_written_file_is_laid_out_as_numpy_does()
    {
        const std::filesystem::path path = m_folder.filePath("out.npy").toStdString();
        QVERIFY(image::writeNpy(path, Tensor({1, 10, 1, 1}), {10}));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QCOMPARE(bytes.size(), 128 + 40);
        QVERIFY(bytes.startsWith(
            QByteArray("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (10,), }  ", 70)));
        QCOMPARE(bytes[127], '\n');
        const auto array = image::readNpyArray(path);
        QVERIFY(array);
        QCOMPARE(array->shape, (std::vector<std::int64_t>{10}));
    }

    void what_does_not_fit_is_refused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("problem");
        const QByteArray good = npy(header("<f4", "False", "(3, 2, 2)"), 48);
        QTest::newRow("text") << QByteArray("1.0 2.0 3.0") << "is not a NumPy array file (.npy)";
        QTest::newRow("empty") << QByteArray() << "is not a NumPy array file (.npy)";
        QTest::newRow("version 9") << QByteArray(good).replace(6, 1, "\x09") << "has .npy version 9, expected 1 to 3";
        QTest::newRow("cut in the header") << good.first(30) << "ends inside the header of a NumPy array (at byte 30)";
        QTest::newRow("cut in the values") << good.chopped(1) << "has 47 bytes of values, its shape [3, 2, 2] needs 48";
        QTest::newRow("more than its values") << good + '\0' << "has 49 bytes of values, its shape [3, 2, 2] needs 48";
        QTest::newRow("doubles") << npy(header("<f8", "False", "(3, 2, 2)"), 96)
                                 << "holds values of type <f8, expected float32 (<f4)";
        QTest::newRow("big-endian") << npy(header(">f4", "False", "(3, 2, 2)"), 48)
                                    << "holds values of type >f4, expected float32 (<f4)";
        QTest::newRow("a type that would steer a terminal")
            << npy(header("\x1b[2J\n\xe2\x80\xae", "False", "(3, 2, 2)"), 48)
            << "holds values of type \\x1b[2J\\x0a\\u202e, expected float32 (<f4)";
        QTest::newRow("Fortran order") << npy(header("<f4", "True", "(3, 2, 2)"), 48)
                                       << "is in Fortran order, expected C order (numpy.ascontiguousarray)";
        QTest::newRow("one channel") << npy(header("<f4", "False", "(1, 1, 2, 2)"), 16)
                                     << "has shape [1, 1, 2, 2], expected [3, H, W] or [N, 3, H, W]";
        QTest::newRow("two axes") << npy(header("<f4", "False", "(3, 4)"), 48)
                                  << "has shape [3, 4], expected [3, H, W] or [N, 3, H, W]";
        QTest::newRow("no values") << npy(header("<f4", "False", "(3, 0, 4)"), 0) << "is empty: its shape is [3, 0, 4]";
        QTest::newRow("2^64 values") << npy(header("<f4", "False", "(3, 4294967296, 4294967296)"), 0)
                                     << "has shape [3, 4294967296, 4294967296]; at most 1024 MiB are accepted";
        QTest::newRow("a negative extent")
            << npy(header("<f4", "False", "(3, -1, 4)"), 0) << "has a header that is not NumPy's (at byte 8)";
        QTest::newRow("a program in the header")
            << npy("__import__('os').system('true')", 0) << "has a header that is not NumPy's (at byte 8)";
        QTest::newRow("a header of 60000 bytes")
            << npy(QByteArray(60000, ' '), 0) << "has a header of 60000 bytes; at most 10000 are accepted";
    }
    void what_does_not_fit_is_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, problem);
        const std::filesystem::path path = written(bytes);
        const auto tensor = image::readNpy(path);
        QVERIFY(!tensor);
        QCOMPARE(QString::fromStdString(tensor.error().message()),
                 QString::fromStdString(path.string()) + ": " + problem);
    }

    void a_missing_file_and_a_folder_are_refused()
    {
        QCOMPARE(image::readNpy("/nowhere/a.npy").error().message(), std::string("/nowhere/a.npy: no such file"));
        const std::string folder = m_folder.path().toStdString();
        QCOMPARE(image::readNpy(folder).error().message(), folder + ": is not a file");
    }

    void a_file_that_cannot_be_written_is_reported()
    {
        const auto result = image::writeNpy("/nowhere/a.npy", Tensor({1, 1, 1, 1}));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Io);
    }

    void a_header_is_read_in_any_order_of_its_keys()
    {
        const auto parsed = image::parseNpyHeader("{\"shape\": (4,), 'fortran_order': False, 'descr': '<f4'}");
        QVERIFY(parsed);
        QCOMPARE(parsed->shape, (std::vector<std::int64_t>{4}));
        QVERIFY(!image::parseNpyHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'more': 1}"));
        QVERIFY(!image::parseNpyHeader("{'descr': '<f4', 'descr': '<f4', 'shape': (4,)}"));
        QVERIFY(
            !image::parseNpyHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1)}"));
    }

    void a_scalar_and_a_vector_have_headers_of_their_own()
    {
        QCOMPARE(image::parseNpyHeader(image::npyHeaderText({}))->shape, std::vector<std::int64_t>{});
        QCOMPARE(image::parseNpyHeader(image::npyHeaderText({7}))->shape, std::vector<std::int64_t>{7});
    }
};

QTEST_GUILESS_MAIN(NpyTest)
#include "npy_test.moc"
