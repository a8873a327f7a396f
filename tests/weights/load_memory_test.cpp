#include "weights/pickle_writer.h"
#include "weights/zip_writer.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;

class LoadMemoryTest : public QObject {
    Q_OBJECT

private:
    /// Returns the object and storages of a state dict in row-major fp32.
    static std::pair<std::string, std::vector<test::ZipItem>> torchParts(const nn::Parameters &parameters)
    {
        test::PickleWriter object;
        std::vector<test::ZipItem> storages;
        object.raw("}(");
        for (const auto &[name, tensor] : parameters) {
            std::vector<std::int64_t> strides(tensor.shape.size(), 1);
            for (std::size_t axis = strides.size(); axis-- > 1;)
                strides[axis - 1] = strides[axis] * tensor.shape[axis];
            const std::string key = std::to_string(storages.size());
            object.text(name).tensor("FloatStorage", key, tensor.count(), 0, tensor.shape, strides);
            storages.push_back(
                {key, std::string(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size())});
        }
        return {object.raw("u").finished(), std::move(storages)};
    }

private slots:
    void loading_takes_no_more_than_the_file_and_64_mib_data()
    {
        QTest::addColumn<QString>("container");
        for (const char *container : {"safetensors", "zip", "legacy"})
            QTest::newRow(container) << container;
    }

    void loading_takes_no_more_than_the_file_and_64_mib()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("a sanitizer's own memory would be measured");
#endif
        QFETCH(QString, container);
        const nn::Parameters parameters = test::generatedParameters("resnet50");
        const auto [object, storages] = torchParts(parameters);
        std::vector<test::LegacyStorage> legacy;
        for (const test::ZipItem &storage : storages)
            legacy.push_back({storage.name, storage.data.size() / 4, storage.data});
        const std::string bytes = container == "safetensors" ? test::safetensorsFile(parameters)
                                  : container == "zip"       ? test::torchZip(object, storages).bytes
                                                             : test::legacyFile(object, legacy);
        QTemporaryDir folder;
        QFile file(folder.filePath("resnet50"));
        QVERIFY(file.open(QFile::WriteOnly) && file.write(bytes.data(), qint64(bytes.size())) == qint64(bytes.size()));
        file.close();
        QProcess process;
        process.start(RESLENS_OPEN_CHECKPOINT, {file.fileName()});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.readAllStandardError(), QByteArray());
        const double peakBytes = process.readAllStandardOutput().split(' ').first().toDouble() * 1024;
        QVERIFY(peakBytes > 0);
        const double allowedBytes = 1.1 * double(bytes.size()) + 64.0 * 1024 * 1024;
        QVERIFY2(peakBytes <= allowedBytes, qPrintable(QString("%1 of %2 bytes").arg(peakBytes).arg(allowedBytes)));
        qInfo("%s: file %.1f MiB, peak %.1f MiB", qPrintable(container), double(bytes.size()) / (1 << 20),
              peakBytes / (1 << 20));
    }
};

QTEST_GUILESS_MAIN(LoadMemoryTest)
#include "load_memory_test.moc"
