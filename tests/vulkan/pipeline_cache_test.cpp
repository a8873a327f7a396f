// Compiled pipelines survive on disk; a damaged or foreign file counts as none.
#include "embedded_shaders.h"
#include "vulkan/context.h"
#include "vulkan/kernel.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::vulkan;

namespace {

/// Opens a device with its cache in `folder` and makes one pipeline.
Result<int> makePipeline(const QString &folder)
{
    const auto context = Context::open({.validates = true, .cacheFolder = folder.toStdString()});
    if (!context)
        return tl::unexpected(context.error());
    const Kernel kernel(**context, {"relu", {64}}, shaders::find("relu"));
    return (*context)->messageCount();
}

} // namespace

class PipelineCacheTest : public QObject {
    Q_OBJECT
private slots:
    void one_file_is_written_for_the_device()
    {
        const QTemporaryDir folder;
        const auto messages = makePipeline(folder.path());
        QVERIFY2(messages, messages ? "" : messages.error().message().c_str());
        QCOMPARE(*messages, 0);
        QVERIFY(QDir(folder.path()).entryList(QDir::Files).size() <= 1); // a driver may keep its cache itself
        QCOMPARE(*makePipeline(folder.path()), 0);
    }

    void a_damaged_file_is_ignored()
    {
        const QTemporaryDir folder;
        QVERIFY(makePipeline(folder.path()));
        for (const QString &name : QDir(folder.path()).entryList(QDir::Files)) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(1000, 'x'));
        }
        QCOMPARE(*makePipeline(folder.path()), 0);
    }

    void a_folder_that_cannot_be_written_costs_only_time()
    {
        const auto messages = makePipeline("/proc/no-such-folder");
        QVERIFY2(messages, messages ? "" : messages.error().message().c_str());
    }
};

QTEST_GUILESS_MAIN(PipelineCacheTest)
#include "pipeline_cache_test.moc"
