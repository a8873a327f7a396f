#include "tensor/stored_tensor.h"

#include <QTemporaryFile>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace reslens;

namespace {

/// Makes a tensor of these elements in this order, `offsetBytes` after an allocation's start.
template <typename T>
StoredTensor store(DType dtype, std::vector<std::int64_t> shape, const std::vector<T> &elements,
                   std::size_t offsetBytes = 0)
{
    auto bytes = std::make_shared<std::vector<std::byte>>(offsetBytes + elements.size() * sizeof(T));
    std::memcpy(bytes->data() + offsetBytes, elements.data(), elements.size() * sizeof(T));
    return {dtype, std::move(shape), {}, std::span<const std::byte>(*bytes).subspan(offsetBytes), bytes};
}

/// Returns the value of an IEEE 754 binary16 by its definition.
double halfByDefinition(unsigned bits)
{
    const int exponent = int(bits >> 10 & 31u), mantissa = int(bits & 1023u);
    const double sign = bits >> 15 ? -1.0 : 1.0;
    if (exponent == 31)
        return mantissa ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
    return sign * (exponent ? std::ldexp(1024 + mantissa, exponent - 25) : std::ldexp(mantissa, -24));
}

bool isSame(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

using Floats = std::vector<float>;

} // namespace

class StoredTensorTest : public QObject {
    Q_OBJECT

private slots:
    void every_half_has_the_value_that_ieee_754_gives_it()
    {
        for (unsigned bits = 0; bits < 65536; ++bits) {
            const double value = halfToFloat(std::uint16_t(bits)), expected = halfByDefinition(bits);
            QVERIFY2(isSame(value, expected),
                     qPrintable(QString("bits %1: %2, expected %3").arg(bits, 0, 16).arg(value).arg(expected)));
        }
    }

    void every_half_survives_becoming_a_float()
    {
        for (unsigned bits = 0; bits < 65536; ++bits) {
            const float value = halfToFloat(std::uint16_t(bits));
            const unsigned found = floatToHalf(value);
            QVERIFY2(std::isnan(value) ? std::isnan(halfToFloat(std::uint16_t(found))) : found == bits,
                     qPrintable(QString("%1 became %2").arg(bits, 0, 16).arg(found, 0, 16)));
        }
    }

    void a_float_between_two_halves_becomes_the_nearer_and_of_two_alike_the_even_one()
    {
        for (unsigned bits = 0; bits < 0x7bff; ++bits) { // up to the largest half but one
            const float low = halfToFloat(std::uint16_t(bits)), high = halfToFloat(std::uint16_t(bits + 1));
            const float middle = low + (high - low) / 2;
            for (const unsigned sign : {0u, 0x8000u}) {
                const auto half = [sign](float value) { return floatToHalf(sign ? -value : value); };
                QCOMPARE(half(middle), sign | (bits % 2 == 0 ? bits : bits + 1));
                QCOMPARE(half(std::nextafter(middle, 0.0f)), sign | bits);
                QCOMPARE(half(std::nextafter(middle, 1e9f)), sign | (bits + 1));
            }
        }
    }

    void what_is_beyond_the_largest_half_becomes_infinite()
    {
        QCOMPARE(floatToHalf(std::nextafter(65520.0f, 0.0f)), 0x7bff); // 65504
        QCOMPARE(floatToHalf(65520.0f), 0x7c00);
        QCOMPARE(floatToHalf(-1e30f), 0xfc00);
        QVERIFY(std::isnan(halfToFloat(floatToHalf(std::numeric_limits<float>::quiet_NaN()))));
    }

    void the_smallest_subnormal_half_and_the_largest_half_are_exact()
    {
        QCOMPARE(halfToFloat(0x0001), 0x1p-24f);
        QCOMPARE(halfToFloat(0x03ff), 0x1p-14f - 0x1p-24f);
        QCOMPARE(halfToFloat(0x7bff), 65504.0f);
        QVERIFY(std::signbit(halfToFloat(0x8000)));
        QVERIFY(std::isinf(halfToFloat(0xfc00)));
        QVERIFY(std::isnan(halfToFloat(0x7c01)));
    }

    void a_bfloat16_is_the_upper_half_of_a_float()
    {
        QCOMPARE(bfloat16ToFloat(0x3f80), 1.0f);
        QCOMPARE(bfloat16ToFloat(0xc049), -3.140625f);
        QCOMPARE(bfloat16ToFloat(0x0001), 0x1p-133f); // subnormal
        QVERIFY(std::isinf(bfloat16ToFloat(0x7f80)));
        QVERIFY(std::isnan(bfloat16ToFloat(0x7fc0)));
    }

    void every_type_becomes_floats()
    {
        const Floats expected{1, -2, 100};
        QCOMPARE(store<float>(DType::F32, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<double>(DType::F64, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<std::uint16_t>(DType::F16, {3}, {0x3c00, 0xc000, 0x5640}).toFloats(), expected);
        QCOMPARE(store<std::uint16_t>(DType::BF16, {3}, {0x3f80, 0xc000, 0x42c8}).toFloats(), expected);
        QCOMPARE(store<std::int64_t>(DType::I64, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<std::int32_t>(DType::I32, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<std::int16_t>(DType::I16, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<std::int8_t>(DType::I8, {3}, {1, -2, 100}).toFloats(), expected);
        QCOMPARE(store<std::uint8_t>(DType::U8, {3}, {1, 254, 100}).toFloats(), (Floats{1, 254, 100}));
        QCOMPARE(store<std::uint8_t>(DType::Bool, {3}, {1, 0, 2}).toFloats(), (Floats{1, 0, 1}));
    }

    void sizes_match_the_types()
    {
        QCOMPARE(sizeBytes(DType::F64), std::size_t(8));
        QCOMPARE(sizeBytes(DType::BF16), std::size_t(2));
        QCOMPARE(sizeBytes(DType::Bool), std::size_t(1));
        QCOMPARE(name(DType::BF16), std::string("BF16"));
        QCOMPARE(name(DType::I16), std::string("I16"));
    }

    void a_file_need_not_align_its_tensors()
    {
        for (std::size_t offset = 0; offset < 8; ++offset) {
            QCOMPARE(store<float>(DType::F32, {2}, {1.5f, -3}, offset).toFloats(), (Floats{1.5f, -3}));
            QCOMPARE(store<double>(DType::F64, {2}, {1.5, -3}, offset).toFloats(), (Floats{1.5f, -3}));
        }
    }

    void strides_are_followed_data()
    {
        QTest::addColumn<std::vector<std::int64_t>>("shape");
        QTest::addColumn<std::vector<std::int64_t>>("strides");
        QTest::addColumn<Floats>("expected");
        using Extents = std::vector<std::int64_t>;
        QTest::newRow("contiguous") << Extents{2, 3} << Extents{3, 1} << Floats{0, 1, 2, 3, 4, 5};
        QTest::newRow("transposed") << Extents{3, 2} << Extents{1, 3} << Floats{0, 3, 1, 4, 2, 5};
        QTest::newRow("expanded") << Extents{2, 3} << Extents{0, 1} << Floats{0, 1, 2, 0, 1, 2};
        QTest::newRow("every second") << Extents{3} << Extents{2} << Floats{0, 2, 4};
        QTest::newRow("channels last") << Extents{1, 2, 1, 3} << Extents{6, 1, 6, 2} << Floats{0, 2, 4, 1, 3, 5};
        QTest::newRow("one element, any stride") << Extents{1, 1} << Extents{77, -5} << Floats{0};
        QTest::newRow("scalar") << Extents{} << Extents{} << Floats{0};
        QTest::newRow("empty") << Extents{0, 3} << Extents{1, 7} << Floats{};
    }

    void strides_are_followed()
    {
        StoredTensor tensor = store<float>(DType::F32, {6}, {0, 1, 2, 3, 4, 5});
        QFETCH(std::vector<std::int64_t>, shape);
        QFETCH(std::vector<std::int64_t>, strides);
        tensor.shape = shape;
        tensor.strides = strides;
        QTEST(tensor.toFloats(), "expected");
    }

    void stored_floats_come_back_and_outlive_their_source()
    {
        StoredTensor tensor;
        {
            const StoredTensor source = storeFloats({2, 2}, {1, 2, 3, 4});
            tensor = source;
        }
        QCOMPARE(tensor.toFloats(), (Floats{1, 2, 3, 4}));
        QCOMPARE(tensor.count(), std::int64_t(4));
        QVERIFY(tensor.isFloating());
    }

    void shapes_are_written_in_brackets()
    {
        QCOMPARE(shapeText(std::vector<std::int64_t>{64, 3, 7, 7}), std::string("[64, 3, 7, 7]"));
        QCOMPARE(shapeText(std::vector<std::int64_t>{}), std::string("[]"));
    }

    void floats_are_read_in_place_where_they_lie_as_floats_do()
    {
        const Floats values{1, 2, 3, 4, 5, 6};
        const StoredTensor stored = store(DType::F32, {2, 3}, values);
        const auto inPlace = stored.floatsInPlace();
        QVERIFY(inPlace);
        QVERIFY(std::ranges::equal(*inPlace, values));
        QVERIFY(!store(DType::F32, {2, 3}, values, 2).floatsInPlace()); // not aligned
        QVERIFY(!store(DType::F16, {2}, std::vector<std::uint16_t>{1, 2}).floatsInPlace());
        StoredTensor transposed = store(DType::F32, {3, 2}, values);
        transposed.strides = {1, 3};
        QVERIFY(!transposed.floatsInPlace());
    }

    void elements_in_a_file_have_the_values_of_elements_in_memory_data()
    {
        QTest::addColumn<int>("dtype");
        for (int dtype = 0; dtype <= int(DType::Bool); ++dtype)
            QTest::newRow(name(DType(dtype)).c_str()) << dtype;
    }

    void elements_in_a_file_have_the_values_of_elements_in_memory()
    {
        QFETCH(int, dtype);
        constexpr std::int64_t kRows = 300,
                               kColumns = 171; // more than one decoding batch, and no multiple of it
        const std::size_t bytes = std::size_t(kRows * kColumns) * sizeBytes(DType(dtype));
        std::vector<std::uint8_t> content(bytes);
        for (std::size_t i = 0; i < bytes; ++i)
            content[i] = std::uint8_t(i * 37 % 61); // small exponents avoid NaN, which equals nothing
        StoredTensor inMemory = store(DType(dtype), {kRows, kColumns}, content);
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("before");
        file.write(reinterpret_cast<const char *>(content.data()), qint64(bytes));
        QVERIFY(file.flush());
        StoredTensor inFile{DType(dtype), {kRows, kColumns}, {}, {}, {}};
        inFile.file = *StableFile::open(file.fileName().toStdString());
        inFile.fileOffset = 6;
        inFile.fileBytes = bytes;
        QCOMPARE(inFile.toFloats(), inMemory.toFloats());
        QVERIFY(!inFile.floatsInPlace());
        for (StoredTensor *tensor : {&inMemory, &inFile}) {
            tensor->shape = {kColumns, kRows};
            tensor->strides = {1, kColumns};
        }
        QCOMPARE(inFile.toFloats(), inMemory.toFloats());
    }

    void a_file_that_ends_before_the_elements_is_an_error()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("12345678");
        QVERIFY(file.flush());
        StoredTensor tensor{DType::F32, {3}, {}, {}, {}};
        tensor.file = *StableFile::open(file.fileName().toStdString());
        tensor.fileBytes = 12;
        try {
            tensor.toFloats();
            QFAIL("it was read");
        } catch (const Error &error) {
            QCOMPARE(error.kind, ErrorKind::Io);
            QCOMPARE(error.message(), file.fileName().toStdString() + ": ends too early (at byte 8)");
        }
    }
};

QTEST_GUILESS_MAIN(StoredTensorTest)
#include "stored_tensor_test.moc"
