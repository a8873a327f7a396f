// Weights in fp16, all else in fp32: exact if fp16 holds the weights, near if it rounds them, and reported.
#include "engine/kernel_choice.h"
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QTest>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

namespace {

using engine::WeightFormat;

/// Makes weights that fp16 holds exactly. Every batch norm multiplies by 1 to within 1e-8, so that folding it into a
/// weight of eleven bits gives the same weight.
std::shared_ptr<const nn::Model> modelThatFits(const std::string &architecture)
{
    auto model = std::make_shared<nn::Model>(*generatedModel(architecture));
    for (const nn::Layer &layer : model->network.layers) {
        const auto change = [&](const char *name, const std::vector<float> &values) {
            StoredTensor &stored = model->parameters.at(layer.name + name);
            stored = storeFloats(stored.shape, values);
        };
        const auto valuesOf = [&](const char *name) { return model->parameters.at(layer.name + name).toFloats(); };
        if (const auto *norm = std::get_if<nn::BatchNorm>(&layer.op)) {
            const std::size_t channels = valuesOf(".weight").size();
            change(".running_var", std::vector<float>(channels, 1.0f));
            change(".weight", std::vector<float>(channels, float(std::sqrt(1.0 + norm->eps))));
        } else if (std::holds_alternative<nn::Conv2d>(layer.op) || std::holds_alternative<nn::Linear>(layer.op)) {
            std::vector<float> weights = valuesOf(".weight");
            for (float &value : weights)
                value = halfToFloat(floatToHalf(value));
            change(".weight", weights);
        }
    }
    return model;
}

std::shared_ptr<engine::Device> open(WeightFormat format)
{
    auto device = engine::Device::open({.validates = true, .onMessage = printMessage, .weights = format});
    if (!device)
        throw std::runtime_error(device.error().message());
    return *device;
}

} // namespace

class HalfWeightsTest : public QObject {
    Q_OBJECT
private slots:
    void cleanup()
    {
        QCOMPARE(m_half->messageCount(), 0);
        QCOMPARE(m_single->messageCount(), 0);
    }

    void weights_that_fp16_has_give_the_same_bits_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("basic blocks") << "resnet20";
        QTest::newRow("bottlenecks with groups") << "resnext50_32x4d";
    }

    void weights_that_fp16_has_give_the_same_bits()
    {
        QFETCH(QString, architecture);
        const auto model = modelThatFits(architecture.toStdString());
        const auto half = *engine::Device::makeExecutor(m_half, model),
                   single = *engine::Device::makeExecutor(m_single, model);
        const auto found = half->trace(m_input, {}), expected = single->trace(m_input, {});
        QVERIFY(found && expected);
        QCOMPARE((*found)->forward().logits.values, (*expected)->forward().logits.values);
        const auto gradients = nn::backward(**found, {}, {}), others = nn::backward(**expected, {}, {});
        QVERIFY(gradients && others);
        QCOMPARE((*gradients)->ofInput()->values, (*others)->ofInput()->values);
        QCOMPARE(*(*gradients)->ofParameter("conv1.weight"), *(*others)->ofParameter("conv1.weight"));
    }

    void other_weights_are_rounded_to_eleven_bits()
    {
        // A weight's error is 2^-11. Errors of different weights are independent, so a layer's relative error is about
        // as large, and the layers' errors add up as squares: 20 layers give at most sqrt(20) * 2^-11 = 2e-3.
        const auto model = generatedModel("resnet20");
        const auto half = *engine::Device::makeExecutor(m_half, model),
                   single = *engine::Device::makeExecutor(m_single, model);
        const auto found = half->forward(m_input, {}), expected = single->forward(m_input, {});
        QVERIFY(found && expected);
        const double error = relativeError(found->logits, expected->logits);
        QVERIFY2(error > 1e-6 && error < 2e-3, worst(found->logits, expected->logits));
    }

    void sums_still_add_up_to_the_last_bit_and_both_modes_agree()
    {
        const auto half = *engine::Device::makeExecutor(m_half, generatedModel("resnet20"));
        const auto trace = half->trace(m_input, {}), again = half->trace(m_input, {});
        const auto fast = half->forward(m_input, {});
        QVERIFY(trace && again && fast);
        QCOMPARE(fast->logits.values, (*trace)->forward().logits.values);
        QCOMPARE(fast->logits.values, (*again)->forward().logits.values);
        for (const nn::Block &block : half->model().network.blocks) {
            const Tensor s = *(*trace)->read(block.s), F = *(*trace)->read(block.F), u = *(*trace)->read(block.u);
            for (std::size_t i = 0; i < u.values.size(); ++i)
                QCOMPARE(u.values[i], s.values[i] + F.values[i]);
        }
    }

    void they_take_half_the_memory()
    {
        const auto model = generatedModel("resnet18");
        const auto taken = [&](const std::shared_ptr<engine::Device> &device) {
            const std::size_t before = device->usedBytes();
            const auto executor = *engine::Device::makeExecutor(device, model);
            return double(device->usedBytes() - before);
        };
        const double share = taken(m_half) / taken(m_single);
        QVERIFY2(share > 0.49 && share < 0.51, QByteArray::number(share));
    }

    void the_devices_name_says_so() { QCOMPARE(m_half->info().name, m_single->info().name + ", weights in fp16"); }

    void their_kernels_are_measured_apart_and_winograd_is_none_of_them()
    {
        const engine::PackedConvolution packed = engine::packedLayout({64, 64, 3, 1, 1});
        const Shape shape{1, 64, 56, 56};
        const engine::ConvolutionTask single{"conv2d", packed, shape, shape},
            half{"conv2d", packed, shape, shape, WeightFormat::Float16};
        QVERIFY(single.key() != half.key());
        vulkan::DeviceFacts facts;
        facts.maxTexelBufferElements = 1 << 27;
        facts.maxStorageBufferRange = 1 << 27;
        const auto hasWinograd = [&](const engine::ConvolutionTask &task) {
            const auto all = engine::candidates(task, facts);
            return std::any_of(all.begin(), all.end(), [](const auto &choice) { return choice.isWinograd; });
        };
        QVERIFY(hasWinograd(single));
        QVERIFY(!hasWinograd(half));
    }

    void a_weight_beyond_fp16_is_named()
    {
        auto model = std::make_shared<nn::Model>(*generatedModel("resnet20"));
        StoredTensor &weights = model->parameters.at("layer2.1.conv1.weight");
        std::vector<float> values = weights.toFloats();
        values[100] = 1e9f;
        weights = storeFloats(weights.shape, values);
        const auto half = *engine::Device::makeExecutor(m_half, model);
        const auto refused = half->forward(m_input, {});
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == ErrorKind::Unsupported);
        QCOMPARE(refused.error().subject, std::string("layer2.1.conv1"));
        QVERIFY2(refused.error().problem.find("65504") != std::string::npos, refused.error().message().c_str());
    }

private:
    const Tensor m_input = nn::generateInput({1, 3, 32, 32});
    std::shared_ptr<engine::Device> m_half = open(WeightFormat::Float16), m_single = open(WeightFormat::Float32);
};

QTEST_GUILESS_MAIN(HalfWeightsTest)
#include "half_weights_test.moc"
