// A write to a forbidden place becomes a message, and so fails every test of kernels. Kernels with such a fault prove
// it.
#include "embedded_shaders.h"
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "support/compare.h"
#include "support/conv_cases.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr std::uint32_t kBehind[] = {
#include "relu_behind_the_end.spv.inc"
};
constexpr std::uint32_t kBefore[] = {
#include "relu_before_the_start.spv.inc"
};

/// Returns the messages of a ReLU with the kernel `words`, or with the program's own.
std::vector<std::string> messagesOf(std::span<const std::uint32_t> words)
{
    std::vector<std::string> messages;
    auto context = vulkan::Context::open({.needs = vulkan::Needs::Kernels,
                                          .guardsBuffers = true,
                                          .onMessage = [&](const std::string &text) { messages.push_back(text); }});
    if (!context)
        throw context.error();
    engine::KernelStoreOptions options;
    if (!words.empty())
        options.shaders = [words](std::string_view name) { return name == "relu" ? words : shaders::find(name); };
    engine::KernelStore store(**context, options);
    const Tensor x = generatedTensor("x", {1, 6, 5, 3});
    Tensor expected = x;
    for (float &value : expected.values)
        value = std::max(value, 0.0f);
    if (relativeError(SingleOp(6).add(nn::Relu{}).run(store, x), expected) > 0) // the result shows nothing
        messages.push_back("a wrong result");
    return messages;
}

} // namespace

class GuardTest : public QObject {
    Q_OBJECT
private slots:
    void a_right_kernel_touches_no_guard() { QCOMPARE(messagesOf({}).size(), 0u); }

    void a_write_behind_the_end_of_a_tensor_is_seen()
    {
        const std::vector<std::string> messages = messagesOf(kBehind);
        QCOMPARE(messages.size(), 1u);
        QCOMPARE(messages[0], std::string("a kernel wrote behind the end of a buffer of 496 bytes"));
    }

    void a_write_before_the_start_of_a_tensor_is_seen()
    {
        const std::vector<std::string> messages = messagesOf(kBefore);
        QCOMPARE(messages.size(), 1u);
        QCOMPARE(messages[0], std::string("a kernel wrote before the start of a tensor of 496 bytes"));
    }
};

QTEST_GUILESS_MAIN(GuardTest)
#include "guard_test.moc"
