// Archives that lie: two readings of one file, compressed bombs, records that point elsewhere.
#include "attacks/attack_row.h"
#include "weights/pickle_writer.h"
#include "weights/zip_writer.h"

using namespace reslens;
using test::ZipFile;

namespace {

// Offsets of fields within the records (APPNOTE 4.3.7, 4.3.12, 4.3.16).
namespace local {
constexpr std::size_t kFlags = 6, kMethod = 8, kCrc = 14, kSize = 22, kName = 30;
}
namespace central {
constexpr std::size_t kFlags = 8, kMethod = 10, kCrc = 16, kCompressed = 20, kSize = 24, kOffset = 42, kName = 46;
}
namespace end {
constexpr std::size_t kCount = 10, kOnDisk = 8, kDirectorySize = 12, kDirectoryOffset = 16, kComment = 20;
}

/// Returns a proper checkpoint of one tensor. Its items are data.pkl, data/0, version.
ZipFile proper()
{
    const test::PickleWriter tensor = test::PickleWriter().tensor("FloatStorage", "0", 4, 0, {4}, {1});
    return test::torchZip(test::dictOf(tensor), {{"0", std::string(16, '\0')}});
}

/// Returns a proper checkpoint after `change`.
template <typename Change>
std::string changed(Change change)
{
    ZipFile file = proper();
    change(file);
    return file.bytes;
}

void namesAndOverlaps()
{
    const std::string pickle = test::dictOf(test::PickleWriter().tensor("FloatStorage", "0", 4, 0, {4}, {1}));
    const test::ZipItem object{"a/data.pkl", pickle}, storage{"a/data/0", std::string(16, '\0')};
    test::attackRow("a name twice", test::zipFile({object, storage, storage}).bytes,
                    "two entries of the name 'a/data/0'");
    test::attackRow("two objects", test::zipFile({object, storage, {"b/data.pkl", pickle}}).bytes, "has two objects");
    test::attackRow("no object", test::zipFile({storage}).bytes, "without data.pkl");
    test::attackRow("no entry", test::zipFile({}).bytes, "without data.pkl");
    test::attackRow("big-endian", test::zipFile({object, storage, {"a/byteorder", "big"}}).bytes, "big-endian");
    test::attackRow("object that goes on", test::zipFile({{"a/data.pkl", pickle + "x"}, storage}).bytes,
                    "goes on after its STOP");
    test::attackRow("one entry inside another", changed([](ZipFile &f) {
                        // This copies the storage's local header over the object's data.
                        const std::string header = f.bytes.substr(f.local[1], f.data[1] - f.local[1] + 16);
                        f.bytes.replace(f.data[0], header.size(), header);
                        f.patch(f.central[1] + central::kOffset, std::uint32_t(f.data[0]));
                    }),
                    "overlap");
    test::attackRow("two directory entries for one", changed([](ZipFile &f) {
                        f.bytes.replace(f.central[2], 46 + 15, f.bytes.substr(f.central[1], 46 + 14) + "x");
                    }),
                    "zip:");
    test::attackRow("a name that ends early", changed([](ZipFile &f) {
                        f.patch(f.local[1] + local::kName + 5, '\0');
                        f.patch(f.central[1] + central::kName + 5, '\0');
                    }),
                    "can be read in two ways");
}

void disagreements()
{
    const auto row = [](const char *name, auto change, const char *phrase) {
        test::attackRow(name, changed(change), phrase);
    };
    row(
        "local name", [](ZipFile &f) { f.patch(f.local[1] + local::kName, 'b'); },
        "local header and the directory disagree");
    row(
        "local flags", [](ZipFile &f) { f.patch(f.local[1] + local::kFlags, std::uint16_t(0x800)); }, "disagree");
    row(
        "local size", [](ZipFile &f) { f.patch(f.local[1] + local::kSize, std::uint32_t(12)); }, "disagree");
    row(
        "central CRC", [](ZipFile &f) { f.patch(f.central[1] + central::kCrc, std::uint32_t(1)); }, "disagree");
    row(
        "both CRCs",
        [](ZipFile &f) {
            f.patch(f.local[1] + local::kCrc, std::uint32_t(1));
            f.patch(f.central[1] + central::kCrc, std::uint32_t(1));
        },
        "its checksum (CRC-32) is wrong");
    row(
        "a changed tensor", [](ZipFile &f) { f.patch(f.data[1] + 3, 'x'); }, "its checksum (CRC-32) is wrong");
    row(
        "compressed",
        [](ZipFile &f) {
            f.patch(f.local[1] + local::kMethod, std::uint16_t(8));
            f.patch(f.central[1] + central::kMethod, std::uint16_t(8));
        },
        "is damaged");
    const auto inflated = [](std::uint32_t times) {
        return [times](ZipFile &f) {
            for (const auto &[method, size, compressed] :
                 {std::tuple(f.local[1] + local::kMethod, f.local[1] + local::kSize, f.local[1] + local::kSize - 4),
                  std::tuple(f.central[1] + central::kMethod, f.central[1] + central::kSize,
                             f.central[1] + central::kSize - 4)}) {
                f.patch(method, std::uint16_t(8));
                std::uint32_t bytes = 0;
                std::memcpy(&bytes, f.bytes.data() + compressed, sizeof bytes);
                f.patch(size, times * bytes);
            }
        };
    };
    row("as large as may be", inflated(100), "is damaged");
    row("a bomb", inflated(101), "at most 100 times as many are accepted");
    row(
        "bzip2",
        [](ZipFile &f) {
            f.patch(f.local[1] + local::kMethod, std::uint16_t(12));
            f.patch(f.central[1] + central::kMethod, std::uint16_t(12));
        },
        "is compressed by method 12; only deflate (8) is read");
    row(
        "compressed in the local header", [](ZipFile &f) { f.patch(f.local[1] + local::kMethod, std::uint16_t(8)); },
        "disagree");
    row(
        "encrypted",
        [](ZipFile &f) {
            f.patch(f.local[1] + local::kFlags, std::uint16_t(1));
            f.patch(f.central[1] + central::kFlags, std::uint16_t(1));
        },
        "is encrypted");
    row(
        "two sizes", [](ZipFile &f) { f.patch(f.central[1] + central::kCompressed, std::uint32_t(8)); },
        "its two sizes differ");
    row(
        "a descriptor that is not there",
        [](ZipFile &f) {
            f.patch(f.local[1] + local::kFlags, std::uint16_t(8));
            f.patch(f.central[1] + central::kFlags, std::uint16_t(8));
        },
        "not followed by a descriptor");
}

void directories()
{
    const auto row = [](const char *name, auto change, const char *phrase) {
        test::attackRow(name, changed(change), phrase);
    };
    row(
        "offset nowhere", [](ZipFile &f) { f.patch(f.central[1] + central::kOffset, std::uint32_t(7)); },
        "no local header where");
    row(
        "offset beyond", [](ZipFile &f) { f.patch(f.central[1] + central::kOffset, std::uint32_t(0x7fffffff)); },
        "no local header where");
    row(
        "size beyond",
        [](ZipFile &f) {
            for (const std::size_t at : {f.local[1] + local::kSize, f.local[1] + local::kSize - 4,
                                         f.central[1] + central::kSize, f.central[1] + central::kCompressed})
                f.patch(at, std::uint32_t(0x7fffffff));
        },
        "reaches into the directory");
    row(
        "zip64 size without its field",
        [](ZipFile &f) {
            f.patch(f.central[1] + central::kSize, ~std::uint32_t(0));
            f.patch(f.central[1] + central::kCompressed, ~std::uint32_t(0));
        },
        "of the directory is damaged");
    row(
        "an entry fewer",
        [](ZipFile &f) {
            f.patch(f.end + end::kCount, std::uint16_t(2));
            f.patch(f.end + end::kOnDisk, std::uint16_t(2));
        },
        "more than the entries it counts");
    row(
        "an entry more",
        [](ZipFile &f) {
            f.patch(f.end + end::kCount, std::uint16_t(4));
            f.patch(f.end + end::kOnDisk, std::uint16_t(4));
        },
        "entry 3 of the directory is damaged");
    row(
        "two counts", [](ZipFile &f) { f.patch(f.end + end::kOnDisk, std::uint16_t(2)); },
        "does not end with its directory's end record");
    row(
        "directory elsewhere", [](ZipFile &f) { f.patch(f.end + end::kDirectoryOffset, std::uint32_t(0)); },
        "does not lie where the end record says");
    row(
        "directory of 2^32-1", [](ZipFile &f) { f.patch(f.end + end::kDirectorySize, ~std::uint32_t(0)); },
        "does not lie where");
    row(
        "a comment",
        [](ZipFile &f) {
            f.patch(f.end + end::kComment, std::uint16_t(3));
            f.bytes += "abc";
        },
        "does not end with its directory's end record");
    row(
        "a second archive behind", [](ZipFile &f) { f.bytes += proper().bytes; },
        "does not lie where the end record says");
    row(
        "something in front", [](ZipFile &f) { f.bytes.insert(0, "PK\x03\x04"); },
        "does not lie where the end record says");
}

/// Puts a zip64 end record and its locator in front of the ordinary one.
std::string withZip64(std::uint64_t count, std::uint64_t size, std::uint64_t offset, std::uint64_t recordAt = 0)
{
    ZipFile file = proper();
    const std::uint64_t at = file.end;
    std::string records = "PK\x06\x06" + test::littleEndian(std::uint64_t(44)) + std::string(12, '\0') +
                          test::littleEndian(count) + test::littleEndian(count) + test::littleEndian(size) +
                          test::littleEndian(offset);
    records += "PK\x06\x07" + std::string(4, '\0') + test::littleEndian(recordAt ? recordAt : at) +
               test::littleEndian(std::uint32_t(1));
    file.bytes.insert(at, records);
    return file.bytes;
}

void zip64()
{
    const ZipFile file = proper();
    const std::uint64_t directory = file.central[0], size = file.end - directory;
    const char *const noEnd = "does not end with its directory's end record";
    test::attackRow("zip64: another count", withZip64(2, size, directory), noEnd);
    test::attackRow("zip64: 2^60 entries", withZip64(std::uint64_t(1) << 60, size, directory), noEnd);
    test::attackRow("zip64: another directory", withZip64(3, size, directory + 1), noEnd);
    test::attackRow("zip64: record elsewhere", withZip64(3, size, directory, 5), noEnd);
    test::attackRow("zip64: record at 2^64-1", withZip64(3, size, directory, ~std::uint64_t(0)), noEnd);
}

} // namespace

class ZipAttacksTest : public QObject {
    Q_OBJECT

private slots:
    void the_archive_that_the_attacks_change_is_proper()
    {
        QCOMPARE(test::readError(proper().bytes), std::string());
        const ZipFile file = proper();
        QCOMPARE(test::readError(withZip64(3, file.end - file.central[0], file.central[0])), std::string());
    }

    void an_archive_that_lies_is_refused_data()
    {
        test::attackColumns();
        namesAndOverlaps();
        disagreements();
        directories();
        zip64();
    }

    void an_archive_that_lies_is_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, phrase);
        QCOMPARE(test::attackFailure(bytes, phrase), QByteArray());
    }
};

QTEST_GUILESS_MAIN(ZipAttacksTest)
#include "zip_attacks_test.moc"
