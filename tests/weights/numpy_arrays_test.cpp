// What NumPy's own reader would refuse or make too large of is refused in words.
#include "weights/checkpoint_bytes.h"
#include "weights/limits.h"
#include "weights/pickle_writer.h"

#include <QtTest>

using namespace reslens;
using test::PickleWriter;

namespace {

using Text = std::string;

std::string number(int value)
{
    return "K" + Text(1, char(value));
}

std::string text(const Text &value)
{
    return "\x8c" + Text(1, char(value.size())) + value;
}

std::string global(const Text &module, const Text &name)
{
    return "c" + module + "\n" + name + "\n";
}

std::string bytes(std::size_t count)
{
    return "B" + test::littleEndian(std::uint32_t(count)) + Text(count, '\0');
}

std::string dtype(const Text &name)
{
    return global("numpy", "dtype") + text(name) + "\x89\x88\x87R" + "(" + number(3) + text("<") + "tb";
}

std::string tuple(const std::vector<int> &extents)
{
    Text items;
    for (const int extent : extents)
        items += extent < 0 ? "J" + test::littleEndian(std::int32_t(extent)) : number(extent);
    return "(" + items + "t";
}

/// numpy.core.multiarray._reconstruct with a state.
std::string array(const std::vector<int> &shape, const Text &type, const Text &data)
{
    return global("numpy.core.multiarray", "_reconstruct") + global("numpy", "ndarray") + number(0) + "\x85" +
           text("b") + "\x87R(" + number(1) + tuple(shape) + dtype(type) + "\x89" + data + "tb";
}

std::string problemOf(const std::vector<std::pair<Text, Text>> &entries)
{
    Text content = "}(";
    for (const auto &[name, value] : entries)
        content += text(name) + value;
    return test::readError(PickleWriter().raw(content + "u").finished());
}

} // namespace

class NumpyArraysTest : public QObject {
    Q_OBJECT

private slots:
    void an_array_must_have_the_bytes_of_its_shape_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, const Text &value, const char *problem) {
            QTest::newRow(name) << QString::fromLatin1(value.data(), qsizetype(value.size())) << problem;
        };
        row("right", array({2, 3}, "f4", bytes(24)), "");
        row("too few", array({2, 3}, "f4", bytes(23)), "the array 'w' of shape [2, 3] has 23 bytes; 24 are expected");
        row("too many", array({2, 3}, "f4", bytes(25)), "the array 'w' of shape [2, 3] has 25 bytes; 24 are expected");
        row("negative", array({-1}, "f4", bytes(4)), "the array 'w' of shape [-1] has 4 bytes");
        row("no bytes", array({1}, "f4", number(4)), "the array 'w' of shape [1] has no bytes; 4 are expected");
        row("too large to count", array(std::vector<int>(8, 255), "f4", bytes(4)), "255] has 4 bytes");
        row("too many dimensions", array(std::vector<int>(9, 1), "f4", bytes(4)),
            "has 9 dimensions; at most 8 are accepted");
        row("text that is not latin1",
            array({1}, "f4", global("_codecs", "encode") + text("\xe2\x82\xac") + text("latin1") + "\x86R"),
            "has no bytes; 4 are expected");
    }
    void an_array_must_have_the_bytes_of_its_shape()
    {
        QFETCH(QString, value);
        QFETCH(QString, problem);
        const std::string found = problemOf({{"w", value.toLatin1().toStdString()}});
        QVERIFY2(problem.isEmpty() ? found.empty() : found.find(problem.toStdString()) != std::string::npos,
                 found.c_str());
    }

    void an_array_that_many_entries_name_is_not_copied_without_end()
    {
        const Text shared = array({250}, "f4", bytes(1000)) + "q\1";
        std::vector<std::pair<Text, Text>> entries{{"a", shared}};
        for (int i = 0; i < 10; ++i)
            entries.emplace_back("b" + std::to_string(i), "h\1");
        QVERIFY(problemOf(entries).find("more bytes than the pickle that holds them") != std::string::npos);
    }

    void a_pickle_with_arrays_may_be_larger_than_others()
    {
        const std::string limited = PickleWriter().raw(bytes(100)).finished();
        const auto read = [&](std::uint64_t limit) {
            return weights::readPickle(std::as_bytes(std::span(limited)), 0, "a", limit);
        };
        QVERIFY(read(limited.size()));
        QVERIFY(!read(limited.size() - 1));
        QVERIFY(problemOf({{"w", array({250, 250, 125}, "f4", bytes(31'250'000))}}).empty()); // beyond kMaxPickleBytes
    }
};

QTEST_GUILESS_MAIN(NumpyArraysTest)
#include "numpy_arrays_test.moc"
