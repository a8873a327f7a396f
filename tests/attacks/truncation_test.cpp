#include "weights/checkpoint_bytes.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace reslens;

namespace {

std::string networkFile()
{
    return test::safetensorsFile(test::smallParameters(), {{"reslens.architecture", "x"}});
}

/// Returns the first and last 256 lengths, and every 61st between.
std::vector<std::size_t> cuts(std::size_t size)
{
    std::vector<std::size_t> lengths;
    for (std::size_t length = 0; length < size; length += length < 256 || length + 256 >= size ? 1 : 61)
        lengths.push_back(length);
    return lengths;
}

} // namespace

class TruncationTest : public QObject {
    Q_OBJECT

private slots:
    void a_file_that_was_cut_off_anywhere_is_refused_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file : {"zip-fp32.pth", "zip-protocol4.pth", "training-zip.pth", "legacy-fp32.pth",
                                 "legacy-protocol4.pth", "training-legacy.pth", "safetensors"})
            QTest::newRow(file) << file;
    }

    void a_file_that_was_cut_off_anywhere_is_refused()
    {
        QFETCH(QString, file);
        const std::string whole =
            file == "safetensors" ? networkFile() : test::contentOf(test::fixtureFile(file.toStdString()));
        QVERIFY(whole.size() > 1000);
        QCOMPARE(test::readError(whole), std::string());
        for (const std::size_t length : cuts(whole.size())) {
            QElapsedTimer timer;
            timer.start();
            const std::string error = test::readError(whole.substr(0, length));
            QVERIFY2(!error.empty() && error.find('\n') == std::string::npos, std::to_string(length).c_str());
            QVERIFY2(timer.elapsed() < 2000, std::to_string(length).c_str());
        }
    }

    void a_byte_too_many_is_refused()
    {
        for (const char *file : {"zip-fp32.pth", "legacy-fp32.pth"})
            QVERIFY2(!test::readError(test::contentOf(test::fixtureFile(file)) + '\0').empty(), file);
        QVERIFY(!test::readError(networkFile() + '\0').empty());
    }

    void a_changed_byte_anywhere_never_does_harm_data() { a_file_that_was_cut_off_anywhere_is_refused_data(); }

    void a_changed_byte_anywhere_never_does_harm()
    {
        QFETCH(QString, file);
        const std::string whole =
            file == "safetensors" ? networkFile() : test::contentOf(test::fixtureFile(file.toStdString()));
        std::size_t refused = 0, tried = 0;
        for (const std::size_t at : cuts(whole.size()))
            for (const char change : {'\x01', '\xff'}) {
                std::string changed = whole;
                changed[at] = char(changed[at] ^ change);
                const auto checkpoint = test::read(changed);
                ++tried;
                refused += !checkpoint;
                if (!checkpoint)
                    continue;
                for (const auto &[key, tensor] : checkpoint->tensors)
                    QCOMPARE(tensor.toFloats().size(), std::size_t(tensor.count()));
            }
        QVERIFY2(refused > tried / 20, "a changed header, length or opcode is noticed");
    }

    void a_changed_byte_of_a_zips_tensor_is_noticed()
    {
        const std::string whole = test::contentOf(test::fixtureFile("zip-fp32.pth"));
        const auto checkpoint = test::read(whole);
        QVERIFY(checkpoint);
        const StoredTensor &tensor = checkpoint->tensors.at("layer3.0.conv2.weight");
        const std::string content(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
        const std::size_t at = whole.find(content);
        QVERIFY(at != std::string::npos);
        std::string changed = whole;
        changed[at + 100] = char(changed[at + 100] ^ 1);
        const std::string error = test::readError(changed);
        QVERIFY2(error.find("is damaged: its checksum (CRC-32) is wrong") != std::string::npos, error.c_str());
    }

    void a_truncated_checkpoint_is_refused_with_the_name_of_the_tensor()
    {
        const std::string legacy = test::contentOf(test::fixtureFile("legacy-fp32.pth"));
        const std::string error = test::readError(legacy.substr(0, legacy.size() - 1));
        QVERIFY2(error.find("ends within storage") != std::string::npos, error.c_str());
        const std::string file = networkFile();
        const std::string cut = test::readError(file.substr(0, file.size() - 1));
        QVERIFY2(cut.find("the file ends within tensor 'layer3.0.conv2.weight'") != std::string::npos, cut.c_str());
    }
};

QTEST_GUILESS_MAIN(TruncationTest)
#include "truncation_test.moc"
