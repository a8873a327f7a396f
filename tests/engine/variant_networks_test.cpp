// Networks that differ from torchvision's in what people change: other pictures, stems, pools, shortcuts, activations
// and heads. The engine and the reference give PyTorch's logits and gradients.
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "nn/resnet.h"
#include "nn/variant.h"
#include "reference/executor.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/samples.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kLogitTolerance = 1e-4, kGradientTolerance = 1e-3;
constexpr std::size_t kSamples = 48; // as tools/golden/make_variant_golden.py has it

struct Case {
    const char *name;
    nn::Architecture architecture;
    const char *variant = "";
};

nn::Architecture small(const std::function<void(nn::Architecture &)> &change = {})
{
    nn::Architecture a{.name = "small", .depths = {1, 1}, .stemChannels = 8, .classes = 5};
    if (change)
        change(a);
    return a;
}

nn::Architecture bottleneck(const std::function<void(nn::Architecture &)> &change = {})
{
    nn::Architecture a = small(change);
    a.block = nn::BlockKind::Bottleneck;
    return a;
}

void makeDeep(nn::Architecture &a)
{
    a.stemKernel = 3;
    a.deepStem = {4, 6};
}

const std::vector<Case> &cases()
{
    using A = nn::Architecture;
    using Kind = nn::HeadLayer::Kind;
    const auto withD = [](A &a) {
        makeDeep(a);
        a.shortcut = nn::ShortcutKind::AveragePool;
    };
    const auto withBlur = [](int kernel) {
        return [kernel](A &a) {
            a.blurKernel = kernel;
            a.shortcut = nn::ShortcutKind::BlurPool;
        };
    };
    static const std::vector<Case> all{
        {"one channel", small([](A &a) { a.inputChannels = 1; })},
        {"thirteen channels", small([](A &a) { a.inputChannels = 13; })},
        {"5x5 stem with a bias", small([](A &a) { a.stemKernel = 5; })},
        {"pool behind a 3x3 stem", small([](A &a) {
             a.stem = nn::StemKind::Cifar;
             a.stemKernel = 3;
         })},
        {"no pool", small(), "pool=none"},
        {"resnet-c", bottleneck(makeDeep)},
        {"resnet-d", bottleneck(withD)},
        {"resnet-d basic", small(withD)},
        {"antialiased", small(withBlur(4))},
        {"antialiased bottleneck", bottleneck(withBlur(3))},
        {"resnetblur", bottleneck([](A &a) { a.blurKernel = 3; })},
        {"stride in the 1x1", bottleneck(), "stride=conv1"},
        {"silu", small(), "activation=silu"},
        {"leaky", small(), "activation=leaky"},
        {"two layers", small([](A &a) {
             a.head = {{Kind::Linear, "fc.0", 12}, {Kind::Relu, "relu", 12}, {Kind::Linear, "fc.3", 5}};
         })},
        {"batch norm in the head", small([](A &a) {
             a.head = {{Kind::Linear, "fc.0", 12},
                       {Kind::BatchNorm, "fc.1", 12},
                       {Kind::Relu, "relu", 12},
                       {Kind::Linear, "fc.3", 5}};
         })},
        {"no head", small([](A &a) {
             a.classes = 0;
             a.activation = nn::Activation::None;
         })},
    };
    return all;
}

std::shared_ptr<const nn::Model> modelOf(const Case &of)
{
    auto model = std::make_shared<nn::Model>();
    model->network = nn::buildNetwork(of.architecture);
    if (of.architecture.stemKernel == 5)
        std::get<nn::Conv2d>(model->network.layers[1].op).hasBias = true;
    if (auto applied = nn::applyVariant(model->network, nn::variantFrom(of.variant).value()); !applied)
        throw applied.error();
    model->parameters = nn::generateParameters(model->network);
    return model;
}

/// The generated input that the golden file names: "input 7; 2x3x33x33".
Tensor inputOf(const std::string &text)
{
    const std::size_t semicolon = text.find(';');
    Tensor input(shapeFrom(text.substr(semicolon + 2)));
    const std::uint64_t stream = nn::streamHash(text.substr(0, semicolon));
    for (std::size_t i = 0; i < input.values.size(); ++i)
        input.values[i] = 2.0f * nn::generatedUniform(stream, i);
    return input;
}

} // namespace

class VariantNetworksTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_device = openValidatedDevice(); }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void the_reference_agrees_with_pytorch_data() { addRows(); }
    void the_reference_agrees_with_pytorch()
    {
        const Case &of = cases()[std::size_t(row())];
        check(of, *reference::makeExecutor(modelOf(of), "a test", reference::Arithmetic::Naive));
    }

    void the_engine_agrees_with_pytorch_data() { addRows(); }
    void the_engine_agrees_with_pytorch()
    {
        const Case &of = cases()[std::size_t(row())];
        const auto executor = engine::Device::makeExecutor(m_device, modelOf(of));
        QVERIFY2(executor, executor ? "" : executor.error().message().c_str());
        check(of, **executor);
    }

private:
    static void addRows()
    {
        QTest::addColumn<int>("at");
        for (int i = 0; i < int(cases().size()); ++i)
            QTest::newRow(cases()[std::size_t(i)].name) << i;
    }
    static int row()
    {
        QFETCH(int, at);
        return at;
    }

    void check(const Case &of, nn::Executor &executor)
    {
        const std::string name = of.name;
        const Tensor input = inputOf(m_golden.metadata.at(name));
        const Tensor logits = m_golden.tensor(name + "/logits");
        const auto fast = executor.forward(input, {});
        QVERIFY2(fast, fast ? "" : fast.error().message().c_str());
        const double error = relativeError(fast->logits.values, logits.values);
        QVERIFY2(error <= kLogitTolerance, qPrintable(QString("logits: %1").arg(error)));
        const auto trace = executor.trace(input, {});
        QVERIFY(relativeError((*trace)->forward().logits.values, logits.values) <= kLogitTolerance);
        const auto gradients = nn::backward(**trace, nn::Objective{nn::ObjectiveKind::Logit, 1}, {});
        QVERIFY2(gradients, gradients ? "" : gradients.error().message().c_str());
        compare((*gradients)->ofInput()->values, name, "input");
        for (const nn::ParameterSpec &spec : nn::parametersOf(executor.model().network))
            if (spec.isTrained)
                compare((*gradients)->ofParameter(spec.name).value(), name, spec.name);
    }

    void compare(const std::vector<float> &found, const std::string &name, const std::string &of)
    {
        const std::string key = name + "/" + of;
        const double sample = relativeError(sampled(found, kSamples), m_golden.tensor(key).values);
        const double expected = m_golden.tensor(key + ".norm").values[0];
        const double length = std::abs(norm(found) - expected) / std::max(expected, 1e-30);
        QVERIFY2(sample <= kGradientTolerance && length <= kGradientTolerance,
                 qPrintable(QString("%1: %2, norm %3").arg(QString::fromStdString(key)).arg(sample).arg(length)));
    }

    const GoldenFile m_golden = readGolden("variants.safetensors", "reslens variant golden 1");
    std::shared_ptr<engine::Device> m_device;
};

QTEST_GUILESS_MAIN(VariantNetworksTest)
#include "variant_networks_test.moc"
