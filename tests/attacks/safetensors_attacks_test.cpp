// The rules of the safetensors format, each broken once.
#include "attacks/attack_row.h"

using namespace reslens;
using test::attackRow;
using test::safetensorsFile;

namespace {

const std::string kFour(4, 'x');

/// A header with one tensor "w" of these fields.
std::string oneTensor(const std::string &fields)
{
    return "{\"w\":{" + fields + "}}";
}

const char *const kF32 = "\"dtype\":\"F32\",";

std::string spaced(const char *shape, const char *offsets)
{
    return oneTensor(kF32 + std::string("\"shape\":") + shape + ",\"data_offsets\":" + offsets);
}

void lengthRows()
{
    const std::string header = spaced("[1]", "[0,4]");
    const auto claiming = [&](std::uint64_t length) { return test::littleEndian(length) + header + kFour; };
    attackRow("header of 2^64-1 bytes", claiming(~std::uint64_t(0)), "the header claims 18446744073709551615 bytes");
    attackRow("header of 2^63 bytes", claiming(std::uint64_t(1) << 63), "at most 8388608 are accepted");
    attackRow("header longer than the file", claiming(header.size() + 5), "bytes, but only");
    attackRow("header of no bytes", claiming(0), "does not begin with '{'");
    attackRow("header cut short", claiming(header.size() - 1), "not valid JSON");
    attackRow("header into the data", claiming(header.size() + 1), "not valid JSON");
}

void jsonRows()
{
    const auto file = [](const std::string &header) { return safetensorsFile(header, kFour); };
    attackRow("no JSON", file("{w}"), "not valid JSON");
    attackRow("two objects", file(spaced("[1]", "[0,4]") + "{}"), "not valid JSON");
    attackRow("no UTF-8", file("{\"\xff\xfe\":{}}"), "not valid JSON");
    attackRow("deep nesting", file("{\"w\":" + std::string(100'000, '[')), "an array where an object is expected");
    attackRow("deep nesting of objects", file("{\"w\":{\"shape\":{\"shape\":{"),
              "an object where an array is expected");
    attackRow("a key twice",
              file("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                   "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"),
              "the key 'w' occurs twice");
    attackRow("a key twice, once escaped",
              file("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                   "\"\\u0077\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"),
              "the key 'w' occurs twice");
    attackRow("a field twice", file(oneTensor("\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]")),
              "has 'shape' twice");
    attackRow("a field too many", file(oneTensor("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"code\":1")),
              "has the field 'code'");
    attackRow("a field too few", file(oneTensor("\"dtype\":\"F32\",\"data_offsets\":[0,4]")), "lacks one of");
    attackRow("metadata of a number", file("{\"__metadata__\":{\"a\":1}}"), "the number 1 where a string is expected");
    attackRow("metadata of an object", file("{\"__metadata__\":{\"a\":{}}}"), "an object where a string is expected");
    attackRow("a metadata key twice", file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"), "'a' occurs twice");
    attackRow("metadata twice", file("{\"__metadata__\":{},\"__metadata__\":{}}"), "'__metadata__' occurs twice");
    attackRow("a name of several lines", file("{\"a\\nb\":1}"), "'a\\x0ab' in the header");
}

void valueRows()
{
    const auto file = [](const std::string &header) { return safetensorsFile(header, kFour); };
    attackRow("negative extent", file(spaced("[-1]", "[0,4]")), "the negative number -1");
    attackRow("fractional extent", file(spaced("[1.0]", "[0,4]")), "the number 1.0 where a whole number");
    attackRow("exponent", file(spaced("[1e0]", "[0,4]")), "the number 1e0");
    attackRow("extent of 2^63", file(spaced("[9223372036854775808]", "[0,4]")), "whole number below 2^63");
    attackRow("extent of 2^64", file(spaced("[18446744073709551616]", "[0,4]")), "where a whole number");
    attackRow("extent as text", file(spaced("[\"1\"]", "[0,4]")), "the string '1'");
    attackRow("2^32 x 2^32", file(spaced("[4294967296,4294967296]", "[0,4]")), "too large to count");
    attackRow("2^62 floats", file(spaced("[4611686018427387904]", "[0,4]")), "too large to count");
    attackRow("nothing times too much", file(spaced("[0,4294967296,4294967296]", "[0,0]")), "too large to count");
    attackRow("bytes and shape differ", file(spaced("[2]", "[0,4]")), "needs 8 bytes; its data_offsets are 0 to 4");
    attackRow("offsets backwards", file(spaced("[1]", "[4,0]")), "its data_offsets are 4 to 0");
    attackRow("offsets of one", file(spaced("[1]", "[4]")), "has 1 data_offsets, not 2");
    attackRow("offsets of three", file(spaced("[1]", "[0,4,4]")), "the number 4 where two whole numbers");
    attackRow("unknown type", file(oneTensor("\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]")),
              "has the type 'F8_E4M3'");
    attackRow("type as a number", file(oneTensor("\"dtype\":1,\"shape\":[4],\"data_offsets\":[0,4]")), "the number 1");
    attackRow("type as a list", file(oneTensor("\"dtype\":[\"F32\"],\"shape\":[4],\"data_offsets\":[0,4]")),
              "an array");
    attackRow("beyond the end", file(spaced("[2]", "[0,8]")), "the file ends within tensor 'w'");
    attackRow("far beyond the end", file(spaced("[2]", "[9223372036854775799,9223372036854775807]")),
              "a gap or an overlap");
}

void coverageRows()
{
    const auto two = [](int beginA, int beginB) {
        const auto entry = [](int begin) {
            return "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + std::to_string(begin) + "," +
                   std::to_string(begin + 4) + "]}";
        };
        return "{\"a\":" + entry(beginA) + ",\"b\":" + entry(beginB) + "}";
    };
    attackRow("overlap", safetensorsFile(two(0, 2), std::string(6, 'x')), "a gap or an overlap");
    attackRow("the same bytes twice", safetensorsFile(two(0, 0), kFour), "a gap or an overlap");
    attackRow("a gap", safetensorsFile(two(0, 8), std::string(12, 'x')), "begins at 8 of the data where 4 is expected");
    attackRow("a gap at the start", safetensorsFile(two(4, 8), std::string(12, 'x')), "where 0 is expected");
    attackRow("a tail", safetensorsFile(two(0, 4), std::string(9, 'x')), "1 bytes follow the last tensor");
    attackRow("a zip archive as tail",
              safetensorsFile(two(0, 4), std::string(8, 'x') + "PK\x05\x06" + std::string(18, 0)),
              "22 bytes follow the last tensor");
    attackRow("nothing but a tail", safetensorsFile("{}", "x"), "1 bytes follow");
}

} // namespace

class SafetensorsAttacksTest : public QObject {
    Q_OBJECT

private slots:
    void a_file_that_breaks_a_rule_is_refused_by_that_rule_data()
    {
        test::attackColumns();
        lengthRows();
        jsonRows();
        valueRows();
        coverageRows();
    }

    void a_file_that_breaks_a_rule_is_refused_by_that_rule()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, phrase);
        const Result<weights::Checkpoint> checkpoint =
            weights::readSafetensors(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))), "bytes");
        QVERIFY(!checkpoint);
        const QString error = QString::fromStdString(checkpoint.error().message());
        QVERIFY2(error.contains(phrase) && !error.contains('\n'), qPrintable(error));
    }
};

QTEST_GUILESS_MAIN(SafetensorsAttacksTest)
#include "safetensors_attacks_test.moc"
