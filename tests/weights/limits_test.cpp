// Each limit of weights/limits.h: accepted at its value, refused one beyond, with a sentence that names it.
#include "weights/limits.h"

#include "weights/pickle.h"
#include "weights/pickle_writer.h"
#include "weights/zip_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using test::PickleWriter;

namespace {

std::string repeated(const std::string &text, std::size_t count)
{
    std::string result;
    result.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

std::string pickleError(const std::string &bytes)
{
    const auto pickle = weights::readPickle(std::as_bytes(std::span(bytes)), 0, "data.pkl");
    return pickle ? std::string() : pickle.error().message();
}

bool says(const std::string &error, const std::string &phrase)
{
    return error.find(phrase) != std::string::npos;
}

/// Makes `count` empty tensors with names of `nameBytes`.
std::string emptyTensors(std::size_t count, std::size_t nameBytes = 5, std::size_t rank = 1)
{
    std::string header = "{";
    for (std::size_t i = 0; i < count; ++i) {
        std::string name = std::to_string(i);
        name.insert(0, nameBytes - name.size(), 'n');
        header += i ? "," : "";
        header += "\"" + name + "\": {\"dtype\": \"F32\", \"data_offsets\": [0, 0], \"shape\": [0";
        header += repeated(",1", rank - 1) + "]}";
    }
    return test::safetensorsFile(header + "}", "");
}

std::string torchTensors(std::size_t count, std::size_t nameBytes, std::size_t rank)
{
    PickleWriter object;
    object.raw("}(");
    for (std::size_t i = 0; i < count; ++i) {
        std::string name = std::to_string(i);
        name.insert(0, nameBytes - name.size(), 'n');
        const std::vector<std::int64_t> ones(rank, 1);
        object.text(name).tensor("FloatStorage", "0", 1, 0, ones, ones);
    }
    return test::legacyFile(object.raw("u").finished(), {{"0", 1, test::littleEndian(1.0f)}});
}

} // namespace

class LimitsTest : public QObject {
    Q_OBJECT

private slots:
    void safetensors_header()
    {
        const auto padded = [](std::size_t bytes) { return "{}" + std::string(bytes - 2, ' '); };
        QCOMPARE(test::readError(test::safetensorsFile(padded(weights::kMaxSafetensorsHeaderBytes), "")),
                 std::string());
        QVERIFY(says(test::readError(test::safetensorsFile(padded(weights::kMaxSafetensorsHeaderBytes + 1), "")),
                     "the header claims 8388609 bytes; at most 8388608 are accepted"));
    }

    void tensors()
    {
        QCOMPARE(test::readError(emptyTensors(weights::kMaxTensors)), std::string());
        QVERIFY(says(test::readError(emptyTensors(weights::kMaxTensors + 1)), "more than 4096 tensors"));
        QCOMPARE(test::readError(torchTensors(weights::kMaxTensors, 5, 1)), std::string());
        QVERIFY(says(test::readError(torchTensors(weights::kMaxTensors + 1, 5, 1)), "more than 4096 entries"));
    }

    void rank()
    {
        QCOMPARE(test::readError(emptyTensors(1, 1, weights::kMaxRank)), std::string());
        QVERIFY(says(test::readError(emptyTensors(1, 1, weights::kMaxRank + 1)), "more than 8 dimensions"));
        QCOMPARE(test::readError(torchTensors(1, 1, weights::kMaxRank)), std::string());
        QVERIFY(says(test::readError(torchTensors(1, 1, weights::kMaxRank + 1)), "a tensor of 9 dimensions"));
    }

    void names()
    {
        QCOMPARE(test::readError(emptyTensors(1, weights::kMaxNameBytes)), std::string());
        QVERIFY(says(test::readError(emptyTensors(1, weights::kMaxNameBytes + 1)), "a name has 513 bytes"));
        QCOMPARE(test::readError(torchTensors(1, weights::kMaxNameBytes, 1)), std::string());
        QVERIFY(says(test::readError(torchTensors(1, weights::kMaxNameBytes + 1, 1)), "name has 513 bytes"));
        const auto global = [](std::size_t bytes) {
            return pickleError(PickleWriter().global(std::string(bytes, 'm'), "x").finished());
        };
        QCOMPARE(global(weights::kMaxNameBytes), std::string());
        QVERIFY(says(global(weights::kMaxNameBytes + 1), "does not end within 512 bytes"));
        const auto entry = [](std::size_t bytes) {
            return test::readError(test::zipFile({{std::string(bytes, 'e'), ""}}).bytes);
        };
        QVERIFY(says(entry(weights::kMaxNameBytes), "without data.pkl"));
        QVERIFY(says(entry(weights::kMaxNameBytes + 1), "has a name of 513 bytes"));
    }

    void pickle_bytes()
    {
        const auto ofSize = [](std::size_t bytes) { // PROTO, BINBYTES with its length, content, STOP
            const std::size_t content = bytes - 2 - 5 - 1;
            return PickleWriter()
                .raw("B" + test::littleEndian(std::uint32_t(content)) + std::string(content, 'x'))
                .finished();
        };
        QCOMPARE(ofSize(100).size(), std::size_t(100));
        QCOMPARE(pickleError(ofSize(weights::kMaxPickleBytes)), std::string());
        QVERIFY(says(pickleError(ofSize(weights::kMaxPickleBytes + 1)), "is larger than 16777216 bytes"));
    }

    void pickle_nesting()
    {
        const auto lists = [](std::size_t depth) {
            return pickleError(PickleWriter().raw(repeated("]", depth) + repeated("a", depth - 1)).finished());
        };
        QCOMPARE(lists(weights::kMaxPickleNesting), std::string());
        QVERIFY(says(lists(weights::kMaxPickleNesting + 1), "nests deeper than 64 levels"));
        const auto tuples = [](std::size_t depth) {
            return pickleError(PickleWriter().raw(")" + repeated("\x85", depth - 1)).finished());
        };
        QCOMPARE(tuples(weights::kMaxPickleNesting), std::string());
        QVERIFY(says(tuples(weights::kMaxPickleNesting + 1), "nests deeper than 64 levels"));
    }

    void pickle_memo()
    {
        const auto put = [](std::uint32_t index) {
            return pickleError(PickleWriter().raw("Nr" + test::littleEndian(index)).finished());
        };
        QCOMPARE(put(weights::kMaxPickleMemo - 1), std::string());
        QVERIFY(says(put(weights::kMaxPickleMemo), "at most 65536 entries"));
        const auto memoize = [](std::size_t count) {
            return pickleError(PickleWriter(4).raw("N" + repeated("\x94", count)).finished());
        };
        QCOMPARE(memoize(weights::kMaxPickleMemo), std::string());
        QVERIFY(says(memoize(weights::kMaxPickleMemo + 1), "at most 65536 entries"));
    }

    void pickle_stack()
    {
        const auto push = [](std::size_t count) {
            return pickleError(PickleWriter().raw("N(" + repeated("N", count - 1) + "1").finished());
        };
        QCOMPARE(push(weights::kMaxPickleStack), std::string());
        QVERIFY(says(push(weights::kMaxPickleStack + 1), "the stack holds more than 1000000 values"));
        const auto mark = [](std::size_t count) {
            return pickleError(PickleWriter().raw("N" + repeated("(", count) + repeated("1", count)).finished());
        };
        QCOMPARE(mark(weights::kMaxPickleStack), std::string());
        QVERIFY(says(mark(weights::kMaxPickleStack + 1), "the stack holds more than 1000000 marks"));
    }

    void pickle_nodes()
    {
        const auto nodes = [](std::size_t count) {
            return pickleError(PickleWriter().raw("(" + repeated("]", count) + "1N").finished());
        };
        QCOMPARE(nodes(weights::kMaxPickleNodes), std::string());
        QVERIFY(says(nodes(weights::kMaxPickleNodes + 1), "builds more than 250000 objects"));
    }

    void pickle_items()
    {
        const std::string half = "(" + repeated("N", weights::kMaxPickleItems / 2) + "e";
        QCOMPARE(pickleError(PickleWriter().raw("]" + half + half).finished()), std::string());
        QVERIFY(says(pickleError(PickleWriter().raw("]" + half + half + "Na").finished()),
                     "holds more than 1000000 items"));
    }

    void zip_entries()
    {
        const auto entries = [](std::size_t count) {
            std::vector<test::ZipItem> items;
            for (std::size_t i = 0; i < count; ++i)
                items.push_back({std::to_string(i), ""});
            return test::readError(test::zipFile(items).bytes);
        };
        QVERIFY(says(entries(weights::kMaxZipEntries), "without data.pkl"));
        QVERIFY(says(entries(weights::kMaxZipEntries + 1), "has 16385 entries; at most 16384"));
    }

    void file_bytes()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("sparse.safetensors"));
        QVERIFY(file.open(QFile::ReadWrite));
        file.write(test::safetensorsFile("{}", "").c_str(), 10);
        const auto error = [&](std::uint64_t bytes) {
            if (!file.resize(qint64(bytes)))
                return std::string("cannot resize");
            return weights::readCheckpoint(std::filesystem::path(file.fileName().toStdString())).error().message();
        };
        QVERIFY(says(error(weights::kMaxFileBytes), "4294967286 bytes follow the last tensor"));
        QVERIFY(says(error(weights::kMaxFileBytes + 1), "has 4294967297 bytes; at most 4294967296 are accepted"));
    }
};

QTEST_GUILESS_MAIN(LimitsTest)
#include "limits_test.moc"
