// Faulty shaders on the device, one at a time: the self-test names the operation.
#include "embedded_shaders.h"
#include "engine/team.h"
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "reference/executor.h"
#include "selftest/selftest.h"
#include "support/network_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr std::uint32_t kAdd[] = {
#include "faulty_add.spv.inc"
};
constexpr std::uint32_t kConv2d[] = {
#include "faulty_conv2d.spv.inc"
};
constexpr std::uint32_t kMaxPool[] = {
#include "faulty_max_pool.spv.inc"
};
constexpr std::uint32_t kMaxPoolBackward[] = {
#include "faulty_max_pool_backward.spv.inc"
};
constexpr std::uint32_t kReluBackward[] = {
#include "faulty_relu_backward.spv.inc"
};

struct FaultyKernel {
    const char *shader; // the shader that it replaces
    std::span<const std::uint32_t> words;
    selftest::Pass pass;
    const char *tensor, *maker; // the self-test names these
};

using selftest::Pass;
const FaultyKernel kFaults[] = {
    {"max_pool", kMaxPool, Pass::Forward, "maxpool", "max-pool 3x3/2 maxpool"},
    {"add", kAdd, Pass::Forward, "layer1.0.add", "add layer1.0.add"},
    {"conv2d_alone", kConv2d, Pass::Forward, "logits of the fast mode", "fused kernels"},
    {"relu_backward", kReluBackward, Pass::Backward, "gradient at layer4.1.add", "backward of ReLU layer4.1.relu"},
    {"max_pool_backward", kMaxPoolBackward, Pass::Backward, "gradient at relu", "backward of max-pool 3x3/2 maxpool"},
};

} // namespace

class FaultyKernelTest : public QObject {
    Q_OBJECT

private slots:
    void a_faulty_kernel_is_caught_and_named_data()
    {
        QTest::addColumn<int>("fault");
        for (int i = 0; i < int(std::size(kFaults)); ++i)
            QTest::newRow(kFaults[i].shader) << i;
    }
    void a_faulty_kernel_is_caught_and_named()
    {
        QFETCH(int, fault);
        const FaultyKernel &faulty = kFaults[fault];
        const auto report = runWith(
            [&](std::string_view shader) { return shader == faulty.shader ? faulty.words : shaders::find(shader); });
        QVERIFY2(report, report ? "" : report.error().message().c_str());
        QVERIFY(!report->isGood());
        const selftest::Check *wrong = report->firstWrong();
        QVERIFY(wrong->pass == faulty.pass);
        QCOMPARE(wrong->tensor, std::string(faulty.tensor));
        QCOMPARE(wrong->maker, std::string(faulty.maker));
    }

    void the_same_network_passes_with_the_program_s_own_shaders()
    {
        const auto report = runWith(shaders::find);
        QVERIFY2(report, report ? "" : report.error().message().c_str());
        const selftest::Check *wrong = report->firstWrong();
        QVERIFY2(!wrong, wrong ? wrong->tensor.c_str() : "");
    }

private:
    Result<selftest::Report> runWith(std::function<std::span<const std::uint32_t>(std::string_view)> shaders)
    {
        const auto device = engine::Device::open({.validates = true,
                                                  .onMessage = printMessage,
                                                  .shaders = std::move(shaders),
                                                  .team = engine::TeamKind::Alone});
        if (!device)
            return tl::unexpected(device.error());
        const auto tested = engine::Device::makeExecutor(*device, m_model);
        if (!tested)
            return tl::unexpected(tested.error());
        return selftest::selftest(**tested, *m_reference, nn::generateInput({1, 3, 64, 64}));
    }

    const std::shared_ptr<const nn::Model> m_model = generatedModel("resnet18");
    const std::unique_ptr<nn::Executor> m_reference = reference::makeExecutor(m_model, "test");
};

QTEST_GUILESS_MAIN(FaultyKernelTest)
#include "faulty_kernel_test.moc"
