// Buffers share blocks of device memory, never overlap, and give everything back.
#include "vulkan/buffer.h"
#include "vulkan/context.h"

#include <QTest>

#include <random>
#include <thread>

using namespace reslens;
using namespace reslens::vulkan;

class MemoryArenaTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        auto context = Context::open({.validates = true});
        QVERIFY2(context, context ? "" : context.error().message().c_str());
        m_context = *context;
    }

    void cleanup() { QCOMPARE(m_context->messageCount(), 0); }

    void small_buffers_share_one_block()
    {
        std::vector<Buffer> buffers;
        for (int i = 0; i < 100; ++i)
            buffers.emplace_back(*m_context, 1000, MemoryUse::Device);
        QCOMPARE(m_context->memory().reservedBytes(), std::size_t(MemoryArena::kBlockBytes));
    }

    void a_buffer_larger_than_a_block_gets_a_block_of_its_size()
    {
        const Buffer buffer(*m_context, 100u << 20, MemoryUse::Device);
        QVERIFY(m_context->memory().reservedBytes() >= (100u << 20));
        QVERIFY(m_context->memory().reservedBytes() < (101u << 20));
    }

    void living_buffers_never_overlap_and_everything_is_given_back()
    {
        std::mt19937 random(1);
        std::vector<std::pair<Buffer, std::byte>> living; // each filled with its own value
        for (int i = 0; i < 600; ++i) {
            if (!living.empty() && random() % 3 == 0) {
                const std::size_t at = random() % living.size();
                for (const std::byte byte : living[at].first.mapped())
                    QCOMPARE(byte, living[at].second);
                living.erase(living.begin() + std::ptrdiff_t(at));
            } else {
                Buffer buffer(*m_context, 1 + random() % 50000, MemoryUse::Upload);
                std::ranges::fill(buffer.mapped(), std::byte(i));
                living.emplace_back(std::move(buffer), std::byte(i));
            }
        }
        for (const auto &[buffer, value] : living)
            for (const std::byte byte : buffer.mapped())
                QCOMPARE(byte, value);
        living.clear();
        QCOMPARE(m_context->memory().usedBytes(), 0u);
        QCOMPARE(m_context->memory().reservedBytes(), 0u);
    }

    void the_peak_remembers_the_most_there_was()
    {
        const std::size_t before = m_context->memory().peakBytes();
        {
            const Buffer buffer(*m_context, before + (1u << 20), MemoryUse::Device);
        }
        QVERIFY(m_context->memory().peakBytes() >= before + (1u << 20));
        QCOMPARE(m_context->memory().usedBytes(), 0u);
    }

    void a_limit_is_kept_and_used_up()
    {
        const auto context = Context::open({.validates = true, .memory = {.limitBytes = 70u << 20}});
        QVERIFY(context);
        const Buffer first(**context, 60u << 20, MemoryUse::Device); // in a block of 64 MiB
        QVERIFY_EXCEPTION_THROWN(Buffer(**context, 10u << 20, MemoryUse::Device), vk::OutOfDeviceMemoryError);
        const Buffer second(**context, 5u << 20, MemoryUse::Device); // in a block of the remaining size
        QVERIFY((*context)->memory().reservedBytes() <= (70u << 20));
        QCOMPARE((*context)->messageCount(), 0);
    }

    void a_device_says_how_much_memory_it_has()
    {
        const DeviceMemory memory = m_context->facts().memory;
        QVERIFY(memory.heapBytes >= (256u << 20));
        QCOMPARE(memory.budgetBytes.has_value(), memory.usedBytes.has_value());
        if (memory.budgetBytes)
            QVERIFY(*memory.budgetBytes > 0 && *memory.budgetBytes <= memory.heapBytes);
    }

    void threads_allocate_beside_one_another()
    {
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&] {
                    std::vector<Buffer> buffers;
                    for (int i = 0; i < 100; ++i)
                        buffers.emplace_back(*m_context, 1000 + i, MemoryUse::Device);
                });
        }
        QCOMPARE(m_context->memory().usedBytes(), 0u);
    }

private:
    std::shared_ptr<const Context> m_context;
};

QTEST_GUILESS_MAIN(MemoryArenaTest)
#include "memory_arena_test.moc"
