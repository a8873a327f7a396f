// Gradients of single values in the middle of a network, against PyTorch's autograd.
#include "engine/executor.h"
#include "engine/gradients.h"
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/network_golden.h"
#include "support/samples.h"

#include <QTest>

#include <sstream>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-3;

int layerNamed(const nn::Network &network, const std::string &name)
{
    const auto found = std::ranges::find(network.layers, name, &nn::Layer::name);
    return found == network.layers.end() ? -1 : int(found - network.layers.begin());
}

/// J is one value of this output.
Tensor seedAt(Shape shape, const std::string &place)
{
    std::istringstream numbers(place);
    int c = 0, h = 0, w = 0;
    numbers >> c >> h >> w;
    Tensor seed(shape);
    seed(0, c, h, w) = 1;
    return seed;
}

} // namespace

class FunctionalTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_golden = readGolden("functionals.safetensors", "reslens functional golden 1");
        m_model = generatedModel(m_golden.metadata.at("architecture"));
        m_executor = std::make_unique<VulkanExecutor>(*m_device.store, nullptr, nn::DeviceInfo{}, m_model);
        m_input = Tensor(shapeFrom(m_golden.metadata.at("input")));
        const std::uint64_t stream = nn::streamHash(m_golden.metadata.at("stream"));
        for (std::size_t i = 0; i < m_input.values.size(); ++i)
            m_input.values[i] = 2.0f * nn::generatedUniform(stream, i);
        m_pass = std::make_shared<Pass>(*m_device.store, *m_model, weights(), m_input.shape, Keep::All);
        m_pass->run(m_input, {});
    }

    void cleanup() { QCOMPARE(m_device.context->messageCount(), 0); }

    void one_value_of_one_channel_in_the_middle_has_the_gradients_that_pytorch_gives_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("within a branch") << "branch";
        QTest::newRow("a block's output") << "block";
    }

    void one_value_of_one_channel_in_the_middle_has_the_gradients_that_pytorch_gives()
    {
        QFETCH(QString, name);
        const std::string which = name.toStdString();
        const nn::Network &network = m_model->network;
        const int layer = layerNamed(network, m_golden.metadata.at(which + ".layer"));
        QVERIFY(layer > network.stem && layer < network.features);
        const Tensor seed = seedAt(m_pass->shape(layer), m_golden.metadata.at(which + ".place"));
        const auto value = m_pass->read(layer).values;
        const auto at = std::size_t(std::ranges::find(seed.values, 1.0f) - seed.values.begin());
        const float J = m_golden.tensor(which + ".J").values[0];
        QVERIFY(std::abs(value[at] - J) <= kTolerance * std::abs(J));

        const VulkanGradients gradients(m_executor->backward(m_pass, layer, seed, {}), m_pass, *m_executor, {});
        const int x = network.blocks[*network.blockNamed("layer2.1")].x;
        int compared = 0;
        for (const auto &[tensor, stored] : m_golden.tensors) {
            if (!tensor.starts_with(which) || !tensor.ends_with(".sample"))
                continue;
            const std::string what = tensor.substr(which.size() + 1, tensor.size() - which.size() - 8);
            const auto found = what == "input"        ? gradients.ofInput()->values
                               : what == "layer2.1.x" ? gradients.value(x)->values
                                                      : *gradients.ofParameter(what);
            const std::vector<float> expected = stored.toFloats();
            const double error =
                relativeError(sampled(found, what == "input" || what == "layer2.1.x" ? 256 : 64), expected);
            QVERIFY2(error <= kTolerance, (what + ": " + std::to_string(error)).c_str());
            ++compared;
        }
        QVERIFY(compared >= 9);
    }

    void layers_that_the_value_does_not_depend_on_have_no_gradient_and_weights_zeros()
    {
        const nn::Network &network = m_model->network;
        const int layer = network.blocks[5].y;
        Tensor seed(m_pass->shape(layer));
        seed.values[0] = 1;
        const auto pass = m_executor->backward(m_pass, layer, seed, {});
        QCOMPARE(pass->gradients().ofLayer[network.logits], -1);
        QCOMPARE(pass->gradients().blocks[6].gy, -1);
        QVERIFY(pass->gradients().blocks[5].gs >= 0);
        const std::vector<double> ofHead = pass->weightGradient(network.logits);
        QVERIFY(!ofHead.empty() && std::ranges::all_of(ofHead, [](double value) { return value == 0; }));
    }

    void what_is_folded_away_is_refused_by_its_name()
    {
        const int conv = layerNamed(m_model->network, "layer2.0.conv1");
        const Tensor seed(m_pass->shape(conv));
        try {
            m_executor->backward(m_pass, conv, seed, {});
            QFAIL("it was not refused");
        } catch (const Error &error) {
            QVERIFY(error.kind == ErrorKind::Unsupported);
            QCOMPARE(error.subject, std::string("layer2.0.conv1"));
        }
    }

private:
    const DeviceWeights &weights()
    {
        if (!m_forwardWeights)
            m_forwardWeights.emplace(*m_device.context, *m_model, Direction::Forward);
        return *m_forwardWeights;
    }

    ValidatedKernels m_device;
    GoldenFile m_golden;
    std::shared_ptr<const nn::Model> m_model;
    std::optional<DeviceWeights> m_forwardWeights;
    std::unique_ptr<VulkanExecutor> m_executor;
    Tensor m_input;
    std::shared_ptr<Pass> m_pass;
};

QTEST_GUILESS_MAIN(FunctionalTest)
#include "functional_test.moc"
