// "No validation message" means something only if faults are reported. These faults must be.
#include "vulkan/buffer.h"
#include "vulkan/context.h"
#include "vulkan/kernel.h"
#include "vulkan/recorder.h"

#include <QTest>

#include <array>

using namespace reslens;
using namespace reslens::vulkan;

namespace {

constexpr std::uint32_t kWritePastTheEnd[] = {
#include "write_past_the_end.spv.inc"
};
constexpr std::uint32_t kCopyThrough[] = {
#include "copy_through.spv.inc"
};

struct Messages {
    std::vector<std::string> texts;
    bool mention(const std::string &word) const
    {
        return std::any_of(texts.begin(), texts.end(),
                           [&](const std::string &text) { return text.find(word) != std::string::npos; });
    }
};

} // namespace

class ValidationAliveTest : public QObject {
    Q_OBJECT
private slots:
    void a_missing_barrier_is_reported()
    {
        Messages messages;
        const auto context = Context::open(
            {.validates = true, .onMessage = [&](const std::string &text) { messages.texts.push_back(text); }});
        QVERIFY2(context, context ? "" : context.error().message().c_str());
        const Context &c = **context;
        const Kernel kernel(c, {"copy_through", {64}}, kCopyThrough);
        const Buffer a(c, 256, MemoryUse::Device), b(c, 256, MemoryUse::Device), last(c, 256, MemoryUse::Device);

        // Recorded by hand, since our Recorder always adds the barrier.
        const vk::raii::CommandPool pool(c.device(), vk::CommandPoolCreateInfo({}, c.queues().compute));
        const auto commands =
            std::move(vk::raii::CommandBuffers(c.device(), {*pool, vk::CommandBufferLevel::ePrimary, 1}).front());
        const vk::DescriptorPoolSize size(vk::DescriptorType::eStorageBuffer, 4);
        const vk::raii::DescriptorPool sets(
            c.device(), vk::DescriptorPoolCreateInfo(vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet, 2, size));
        std::vector<vk::raii::DescriptorSet> kept;
        commands.begin(vk::CommandBufferBeginInfo());
        commands.bindPipeline(vk::PipelineBindPoint::eCompute, kernel.pipeline());
        for (const auto &[from, to] : {std::pair(&a, &b), std::pair(&b, &last)}) {
            const vk::DescriptorSetLayout layout = kernel.setLayout();
            kept.push_back(std::move(vk::raii::DescriptorSets(c.device(), {*sets, layout}).front()));
            const vk::DescriptorBufferInfo x(from->handle(), 0, VK_WHOLE_SIZE), y(to->handle(), 0, VK_WHOLE_SIZE);
            const std::array writes{
                vk::WriteDescriptorSet(*kept.back(), 0, 0, vk::DescriptorType::eStorageBuffer, {}, x),
                vk::WriteDescriptorSet(*kept.back(), 1, 0, vk::DescriptorType::eStorageBuffer, {}, y)};
            c.device().updateDescriptorSets(writes, {});
            commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, kernel.layout(), 0, *kept.back(), {});
            commands.dispatch(1, 1, 1);
        }
        commands.end();
        QVERIFY(c.messageCount() > 0);
        QVERIFY(messages.mention("READ_AFTER_WRITE"));
    }

    void a_write_outside_its_buffer_is_reported()
    {
        Messages messages;
        const auto context =
            Context::open({.validates = true, .validatesShaderAccess = true, .onMessage = [&](const std::string &text) {
                               messages.texts.push_back(text);
                           }});
        QVERIFY2(context, context ? "" : context.error().message().c_str());
        const Context &c = **context;
        const Kernel kernel(c, {"write_past_the_end", {1}}, kWritePastTheEnd);
        const Buffer y(c, 256, MemoryUse::Device);
        Recorder recorder(c, 0);
        const std::array buffers{&y};
        recorder.dispatch(kernel, buffers, std::uint32_t(100'000), 1);
        recorder.finish();
        recorder.submit();
        QVERIFY(messages.mention("out of bounds"));
    }
};

QTEST_GUILESS_MAIN(ValidationAliveTest)
#include "validation_alive_test.moc"
