// Uploads through the staging ring arrive whole, in pieces and from several threads.
#include "vulkan/context.h"
#include "vulkan/recorder.h"
#include "vulkan/uploader.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <thread>

using namespace reslens;
using namespace reslens::vulkan;

namespace {

constexpr vk::DeviceSize kPieceBytes = 4096;

std::vector<std::byte> noise(std::size_t count, unsigned seed)
{
    std::vector<std::byte> bytes(count);
    std::mt19937 random(seed);
    std::ranges::generate(bytes, [&] { return std::byte(random()); });
    return bytes;
}

} // namespace

class UploaderTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        auto context = Context::open({.validates = true, .memory = {.hidesDeviceMemory = true}});
        QVERIFY2(context, context ? "" : context.error().message().c_str());
        m_context = *context;
    }

    void cleanup() { QCOMPARE(m_context->messageCount(), 0); }

    void hidden_memory_cannot_be_written_by_the_cpu()
    {
        QVERIFY(Buffer(*m_context, 64, MemoryUse::Device).mapped().empty());
        QVERIFY(!Buffer(*m_context, 64, MemoryUse::Upload).mapped().empty());
    }

    void bytes_arrive_whole_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("one texel") << 16;
        QTest::newRow("a piece") << int(kPieceBytes);
        QTest::newRow("a piece and a texel") << int(kPieceBytes) + 16;
        QTest::newRow("several turns of the ring") << 10 * int(kPieceBytes) + 1600;
    }

    void bytes_arrive_whole()
    {
        QFETCH(int, count);
        Uploader uploader(*m_context, kPieceBytes);
        const Buffer buffer(*m_context, std::size_t(count), MemoryUse::Device);
        const auto bytes = noise(std::size_t(count), 1);
        uploader.write(bytes, buffer);
        QVERIFY(contentOf(buffer) == bytes);
    }

    void threads_share_the_ring()
    {
        constexpr std::size_t kCount = 3 * kPieceBytes + 160;
        Uploader uploader(*m_context, kPieceBytes);
        std::vector<Buffer> buffers;
        for (int i = 0; i < 8; ++i)
            buffers.emplace_back(*m_context, kCount, MemoryUse::Device);
        {
            std::vector<std::jthread> threads;
            for (unsigned t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (unsigned i = t; i < 8; i += 4)
                        uploader.write(noise(kCount, i), buffers[i]);
                });
        }
        for (unsigned i = 0; i < 8; ++i)
            QVERIFY(contentOf(buffers[i]) == noise(kCount, i));
    }

private:
    std::vector<std::byte> contentOf(const Buffer &buffer) const
    {
        const Buffer staging(*m_context, buffer.sizeBytes(), MemoryUse::Readback);
        Recorder recorder(*m_context, 0);
        recorder.copy(buffer, staging, buffer.sizeBytes());
        recorder.finish();
        recorder.submit();
        return {staging.mapped().begin(), staging.mapped().end()};
    }

    std::shared_ptr<const Context> m_context;
};

QTEST_GUILESS_MAIN(UploaderTest)
#include "uploader_test.moc"
