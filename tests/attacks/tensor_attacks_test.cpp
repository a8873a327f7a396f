// Tensors that claim foreign bytes, and storages that differ from the object's claims.
#include "attacks/attack_row.h"
#include "weights/pickle_writer.h"
#include "weights/zip_writer.h"

#include <limits>

using namespace reslens;
using test::PickleWriter;

namespace {

using Extents = std::vector<std::int64_t>;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
const std::string kFourFloats(16, '\0');

/// Views four floats through these numbers.
std::string seen(std::int64_t offset, const Extents &shape, const Extents &strides)
{
    const PickleWriter tensor = PickleWriter().tensor("FloatStorage", "0", 4, offset, shape, strides);
    return test::legacyFile(test::dictOf(tensor), {{"0", 4, kFourFloats}});
}

std::string object(std::int64_t count, const char *type = "FloatStorage")
{
    return test::dictOf(PickleWriter().tensor(type, "0", count, 0, {1}, {1}));
}

} // namespace

class TensorAttacksTest : public QObject {
    Q_OBJECT

private slots:
    void a_tensor_beyond_its_bytes_is_refused_data()
    {
        test::attackColumns();
        const auto row = test::attackRow;
        row("2^32 x 2^32", seen(0, {std::int64_t(1) << 32, std::int64_t(1) << 32}, {1, 1}), "too large to count");
        row("2^62 twice", seen(0, {std::int64_t(1) << 62, 2}, {0, 0}), "too large to count");
        row("one too many", seen(0, {5}, {1}), "reaches beyond its storage of 4 elements");
        row("one too far", seen(4, {1}, {1}), "offset 4 reaches beyond");
        row("offset of 2^63-1", seen(kMost, {1}, {1}), "reaches beyond");
        row("offset of 2^63-1, no element", seen(kMost, {0}, {1}), "reaches beyond");
        row("negative offset", seen(-1, {1}, {1}), "negative or missing extent");
        row("negative extent", seen(0, {-1}, {1}), "negative or missing extent");
        row("two negative extents", seen(0, {-2, -2}, {1, 1}), "negative or missing extent");
        row("negative stride", seen(3, {2}, {-1}), "negative or missing extent");
        row("stride of 2^63-1", seen(0, {3}, {kMost}), "reaches beyond");
        row("strides that overflow together", seen(0, {2, 2, 2}, {kMost, kMost, 2}), "reaches beyond");
        row("a stride too few", seen(0, {2, 2}, {1}), "negative or missing extent");
        row("a broadcast of 2^40", seen(0, {std::int64_t(1) << 40}, {0}), "uses elements more than once");
        row("a window that slides", seen(0, {2, 3}, {1, 1}), "uses elements more than once");
    }

    void a_tensor_beyond_its_bytes_is_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, phrase);
        QCOMPARE(test::attackFailure(bytes, phrase), QByteArray());
    }

    void a_storage_that_is_not_what_the_object_says_is_refused_data()
    {
        test::attackColumns();
        const auto row = test::attackRow;
        row("fewer elements", test::legacyFile(object(4), {{"0", 3, kFourFloats}}),
            "has 3 elements here, but the object says 4");
        row("no bytes", test::legacyFile(object(4), {{"0", 4, ""}}), "ends within storage '0'");
        row("not in the file", test::legacyFile(object(4), {}), "its storage '0' is not in the file");
        row("listed twice", test::legacyFile(object(4), {{"0", 4, kFourFloats}, {"0", 4, kFourFloats}}),
            "lists a storage twice");
        row("of nobody", test::legacyFile(object(4), {{"1", 4, kFourFloats}}), "or one that the object does not use");
        row("2^61 doubles",
            test::legacyFile(object(std::int64_t(1) << 61, "DoubleStorage"), {{"0", std::uint64_t(1) << 61, ""}}),
            "ends within storage '0' of 2305843009213693952 elements");
        row("of an unknown type", test::legacyFile(object(4, "EvilStorage"), {{"0", 4, kFourFloats}}),
            "unknown type torch.EvilStorage");
        row("a tail", test::legacyFile(object(4), {{"0", 4, kFourFloats + "PK"}}), "2 bytes follow the last storage");
        row("zip: missing", test::torchZip(object(4), {}).bytes, "its storage 'archive/data/0' is not in the archive");
        row("zip: short", test::torchZip(object(4), {{"0", "123"}}).bytes,
            "has 3 bytes; 4 elements of torch.FloatStorage");
        row("zip: 2^61 doubles", test::torchZip(object(std::int64_t(1) << 61, "DoubleStorage"), {{"0", ""}}).bytes,
            "has 0 bytes");
        row("zip: a path upwards",
            test::torchZip(test::dictOf(PickleWriter().tensor("FloatStorage", "../../../etc/passwd", 4, 0, {1}, {1})),
                           {})
                .bytes,
            "'archive/data/../../../etc/passwd' is not in the archive");
    }

    void a_storage_that_is_not_what_the_object_says_is_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, phrase);
        QCOMPARE(test::attackFailure(bytes, phrase), QByteArray());
    }

    void a_storage_described_in_two_ways_is_refused()
    {
        PickleWriter both;
        both.raw("}(").text("a").tensor("FloatStorage", "0", 4, 0, {1}, {1});
        both.text("b").tensor("DoubleStorage", "0", 2, 0, {1}, {1}).raw("u");
        const std::string error = test::readError(test::legacyFile(both.finished(), {{"0", 4, kFourFloats}}));
        QVERIFY2(error.find("describes storage '0' in two ways") != std::string::npos, error.c_str());
    }

    void tensors_share_all_of_their_bytes_or_none()
    {
        const auto two = [](std::int64_t offset, std::int64_t count) {
            PickleWriter both;
            both.raw("}(").text("a").tensor("FloatStorage", "0", 4, 0, {2}, {1});
            both.text("b").tensor("FloatStorage", "0", 4, offset, {count}, {1}).raw("u");
            return test::readError(test::legacyFile(both.finished(), {{"0", 4, kFourFloats}}));
        };
        QCOMPARE(two(0, 2), std::string()); // tied weights
        QCOMPARE(two(2, 2), std::string()); // neighbours
        QVERIFY(two(1, 2).find("tensors 'a' and 'b' overlap in part") != std::string::npos);
        QVERIFY(two(0, 4).find("tensors 'a' and 'b' overlap in part") != std::string::npos);
    }

    void a_key_of_the_state_dict_twice_is_refused()
    {
        PickleWriter twice;
        twice.raw("}(").text("a").tensor("FloatStorage", "0", 4, 0, {2}, {1});
        twice.text("a").tensor("FloatStorage", "0", 4, 2, {2}, {1}).raw("u");
        const std::string error = test::readError(test::legacyFile(twice.finished(), {{"0", 4, kFourFloats}}));
        QVERIFY2(error.find("has the key 'a' twice") != std::string::npos, error.c_str());
    }
};

QTEST_GUILESS_MAIN(TensorAttacksTest)
#include "tensor_attacks_test.moc"
