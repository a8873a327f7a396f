// A small network with operations that no published one here has: dilated and biased convolutions, an average pool
// with a window, blur pools, other activations, batch norms behind linear layers. Vulkan and the reference agree on
// every tensor and every gradient.
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "reference/executor.h"
#include "support/compare.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-4;
constexpr Shape kInput{2, 3, 19, 16};

class Builder {
public:
    int add(const std::string &name, const nn::Op &op, std::vector<int> inputs)
    {
        network.layers.push_back({name, op, std::move(inputs)});
        return int(network.layers.size()) - 1;
    }
    int convNorm(const std::string &name, const nn::Conv2d &op, int x)
    {
        return add(name + ".bn", nn::BatchNorm{op.channelsOut}, {add(name, op, {x})});
    }
    int block(const std::string &name, int x, const nn::Conv2d &first, const nn::Conv2d &second, bool identity,
              nn::Activate::Kind kind)
    {
        nn::Block block{name, 1, identity, x, x, 0, 0, 0, int(network.layers.size()), 0};
        if (!identity)
            block.s = convNorm(name + ".skip", {first.channelsIn, first.channelsOut, 1, first.stride}, x);
        const int active = add(name + ".act1", nn::Activate{kind, 0.1f}, {convNorm(name + ".conv1", first, x)});
        block.F = convNorm(name + ".conv2", second, active);
        block.u = add(name + ".add", nn::Add{int(network.blocks.size())}, {block.s, block.F});
        block.y = block.lastLayer = add(name + ".act", nn::Activate{kind, 0.1f}, {block.u});
        network.blocks.push_back(block);
        return block.y;
    }

    nn::Network network;
};

std::shared_ptr<const nn::Model> everyOperation()
{
    Builder b;
    const int image = b.add("input", nn::Input{3}, {});
    const int relu = b.add("relu", nn::Relu{}, {b.convNorm("conv", {3, 8, 3, 2, 2, 1, 2, true}, image)});
    b.network.stem = b.add("pool", nn::AveragePool{3, 2, 1, true, false}, {relu});
    const int y = b.block("block1", b.network.stem, {8, 8, 3, 1, 2, 2, 2, true}, {8, 8, 3, 1, 1, 1, 1, true}, true,
                          nn::Activate::Kind::Silu);
    const int z = b.block("block2", b.add("blur", nn::BlurPool{3}, {y}), {8, 12, 3, 2, 3, 1, 3},
                          {12, 12, 3, 1, 4, 1, 4, true}, false, nn::Activate::Kind::Leaky);
    b.network.features = b.add("features", nn::GlobalAveragePool{}, {z});
    const int hidden =
        b.add("hidden.bn", nn::BatchNorm{10}, {b.add("hidden", nn::Linear{12, 10}, {b.network.features})});
    const int active = b.add("hidden.relu", nn::Relu{}, {hidden});
    b.network.logits = b.add("fc.bn", nn::BatchNorm{6}, {b.add("fc", nn::Linear{10, 6}, {active})});
    b.network.probabilities = b.add("softmax", nn::Softmax{}, {b.network.logits});
    auto model = std::make_shared<nn::Model>();
    model->network = b.network;
    model->parameters = nn::generateParameters(model->network);
    return model;
}

} // namespace

class EveryOperationTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_device = openValidatedDevice();
        m_vulkan = std::move(*engine::Device::makeExecutor(m_device, m_model));
        m_reference = reference::makeExecutor(m_model, "a test", reference::Arithmetic::Naive);
    }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void the_fast_mode_agrees_with_the_reference()
    {
        const Tensor input = nn::generateInput(kInput);
        compare(m_vulkan->forward(input, {})->probabilities, m_reference->forward(input, {})->probabilities, "softmax");
    }

    void onednn_agrees_with_the_formulas()
    {
        const auto fast = reference::makeExecutor(m_model, "a test");
        const auto trace = traceOf(*fast), expected = traceOf(*m_reference);
        compare(trace->forward().logits, expected->forward().logits, "logits");
        const auto gradients = gradientsOf(*trace), wanted = gradientsOf(*expected);
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_model->network))
            if (spec.isTrained)
                compare(tensorOf(*gradients->ofParameter(spec.name)), tensorOf(*wanted->ofParameter(spec.name)),
                        spec.name);
    }

    void every_tensor_agrees_with_the_reference()
    {
        const auto trace = traceOf(*m_vulkan), expected = traceOf(*m_reference);
        for (int l = 0; l < int(m_model->network.layers.size()); ++l)
            if (const auto found = trace->read(l))
                compare(*found, *expected->read(l), m_model->network.layers[l].name);
    }

    void every_gradient_agrees_with_the_reference()
    {
        const auto trace = traceOf(*m_vulkan), expected = traceOf(*m_reference);
        const auto gradients = gradientsOf(*trace), wanted = gradientsOf(*expected);
        for (int l = 0; l < int(m_model->network.layers.size()); ++l)
            if (const auto found = gradients->value(l))
                compare(*found, *wanted->value(l), "gradient at " + m_model->network.layers[l].name);
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_model->network))
            if (spec.isTrained)
                compare(tensorOf(*gradients->ofParameter(spec.name)), tensorOf(*wanted->ofParameter(spec.name)),
                        spec.name);
    }

private:
    static std::unique_ptr<nn::Trace> traceOf(nn::Executor &executor)
    {
        return std::move(*executor.trace(nn::generateInput(kInput), {}));
    }
    static std::unique_ptr<nn::Gradients> gradientsOf(const nn::Trace &trace)
    {
        return std::move(*nn::backward(trace, nn::Objective{nn::ObjectiveKind::LogProbability, 2}, {}));
    }
    static Tensor tensorOf(const std::vector<float> &values)
    {
        Tensor tensor({1, int(values.size()), 1, 1});
        tensor.values = values;
        return tensor;
    }
    static void compare(const Tensor &actual, const Tensor &expected, const std::string &name)
    {
        QVERIFY2(relativeError(actual, expected) <= kTolerance, (name + ": ").c_str() + worst(actual, expected));
    }

    const std::shared_ptr<const nn::Model> m_model = everyOperation();
    std::shared_ptr<engine::Device> m_device;
    std::unique_ptr<nn::Executor> m_vulkan, m_reference;
};

QTEST_GUILESS_MAIN(EveryOperationTest)
#include "every_operation_test.moc"
