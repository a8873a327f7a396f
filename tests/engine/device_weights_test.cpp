// Weights packed by other threads equal those packed by one thread to the last bit, whichever way they take to the
// device.
#include "engine/packed.h"
#include "engine/weights.h"
#include "engine/winograd.h"
#include "nn/folding.h"
#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "vulkan/context.h"

#include "engine/validated_device.h"

#include <QTest>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

std::shared_ptr<const vulkan::Context> open(bool hidesDeviceMemory)
{
    auto context = vulkan::Context::open(
        {.validates = true, .onMessage = test::printMessage, .memory = {.hidesDeviceMemory = hidesDeviceMemory}});
    if (!context)
        throw std::runtime_error(context.error().message());
    return *context;
}

nn::Model makeModel(const char *architecture)
{
    nn::Model model;
    model.network = nn::buildNetwork(*nn::architectureNamed(architecture));
    model.parameters = nn::generateParameters(model.network);
    return model;
}

/// Packs layer `l` by one call.
Packed packedLayer(const nn::Model &model, int l, Direction direction)
{
    const nn::Layer &layer = model.network.layers[l];
    const std::vector<float> weights = model.parameters.at(layer.name + ".weight").toFloats();
    nn::Conv2d op;
    nn::Affine affine;
    if (const auto *linear = std::get_if<nn::Linear>(&layer.op)) {
        const std::vector<float> bias = model.parameters.at(layer.name + ".bias").toFloats();
        op = {linear->featuresIn, linear->featuresOut, 1};
        affine = {std::vector<double>(bias.size(), 1.0), std::vector<double>(bias.begin(), bias.end())};
    } else {
        op = std::get<nn::Conv2d>(layer.op);
        affine = nn::foldBatchNorm(model, model.network.batchNormAfter(l).value());
    }
    return direction == Direction::Forward ? packed(op, weights, affine.scale, affine.shift)
                                           : packedTransposed(op, weights, affine.scale);
}

} // namespace

class DeviceWeightsTest : public QObject {
    Q_OBJECT
private slots:
    void every_layer_has_the_bits_of_one_packing_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<bool>("hidesDeviceMemory");
        QTest::addColumn<bool>("isBackward");
        for (const char *architecture : {"resnet20", "resnext50_32x4d"})
            for (const bool isHidden : {false, true})
                for (const bool isBackward : {false, true})
                    QTest::addRow("%s, %s, %s", architecture, isHidden ? "staged" : "written in place",
                                  isBackward ? "backward" : "forward")
                        << architecture << isHidden << isBackward;
    }

    void every_layer_has_the_bits_of_one_packing()
    {
        QFETCH(QString, architecture);
        QFETCH(bool, hidesDeviceMemory);
        QFETCH(bool, isBackward);
        const auto context = open(hidesDeviceMemory);
        const nn::Model model = makeModel(architecture.toUtf8().constData());
        const Direction direction = isBackward ? Direction::Backward : Direction::Forward;
        const DeviceWeights weights(*context, model, direction);
        for (int l = 0; l < int(model.network.layers.size()); ++l) {
            weights.waitFor(l); // returns at once for layers without weights
            const nn::Op &op = model.network.layers[l].op;
            if (!std::holds_alternative<nn::Conv2d>(op) && !std::holds_alternative<nn::Linear>(op))
                continue;
            const Packed expected = packedLayer(model, l, direction);
            const DeviceConvolution &found = weights.convolution(l);
            QVERIFY(download(*context, found.weights, 0, expected.weights.size()) == expected.weights);
            QVERIFY(download(*context, found.bias, 0, expected.bias.size()) == expected.bias);
        }
        QCOMPARE(context->messageCount(), 0);
    }

    void winograds_form_has_the_bits_of_one_packing_whatever_way_it_takes_and_is_shared()
    {
        nn::Model model = makeModel("resnet20");
        const int layer = model.network.blocks[0].firstLayer;
        const nn::Conv2d &op = std::get<nn::Conv2d>(model.network.layers[layer].op);
        std::vector<float> expected(winograd::weightFloats(op));
        winograd::pack(op, model.parameters.at(model.network.layers[layer].name + ".weight").toFloats(),
                       nn::foldBatchNorm(model, model.network.batchNormAfter(layer).value()).scale,
                       winograd::Filters::AsTheyAre, expected);
        for (const bool isHidden : {false, true}) {
            const auto context = open(isHidden);
            const DeviceWeights weights(*context, model, Direction::Forward);
            weights.waitForAll();
            const std::size_t before = context->memory().usedBytes();
            {
                const auto first = weights.winograd(layer), second = weights.winograd(layer);
                QCOMPARE(first.get(), second.get());
                weights.waitFor(layer);
                QVERIFY(download(*context, *first, 0, expected.size()) == expected);
            }
            QCOMPARE(context->memory().usedBytes(), before);
            const auto dropped = weights.winograd(layer); // while it is being packed
            QCOMPARE(context->messageCount(), 0);
        }
    }

    void weights_can_be_dropped_while_they_are_packed()
    {
        for (const bool isHidden : {false, true}) {
            const auto context = open(isHidden);
            const nn::Model model = makeModel("resnet20");
            {
                const DeviceWeights weights(*context, model, Direction::Forward);
                weights.waitFor(1);
            }
            QCOMPARE(context->memory().usedBytes(), std::size_t(0));
            QCOMPARE(context->messageCount(), 0);
        }
    }

    void staging_goes_when_the_weights_are_there()
    {
        const auto context = open(true);
        const nn::Model model = makeModel("resnet20");
        const DeviceWeights weights(*context, model, Direction::Forward);
        weights.waitForAll();
        QVERIFY(context->memory().usedBytes() < 2 * vulkan::Uploader::kPieceBytes); // the weights take about 1 MiB
    }

    void a_negative_variance_is_refused_by_the_parameters_name_and_nothing_is_filled_in_for_ever()
    {
        const auto context = open(false);
        nn::Model model = makeModel("resnet20");
        std::vector<float> variance = model.parameters.at("layer1.0.bn1.running_var").toFloats();
        variance[3] = -0.5f;
        model.parameters["layer1.0.bn1.running_var"] = storeFloats({std::int64_t(variance.size())}, variance);
        const DeviceWeights weights(*context, model, Direction::Forward);
        const int layer = int(std::ranges::find(model.network.layers, "layer1.0.conv1", &nn::Layer::name) -
                              model.network.layers.begin());
        try {
            weights.waitFor(layer);
            QFAIL("it was not refused");
        } catch (const Error &error) {
            QCOMPARE(error.subject, std::string("layer1.0.bn1.running_var"));
            QVERIFY2(error.problem.find("channel 3 is -0.5") != std::string::npos, error.problem.c_str());
        }
        for (int l = layer + 1; l < int(model.network.layers.size()); ++l)
            weights.waitFor(l);
        QVERIFY(!weights.isFilling());
    }

    void a_parameter_that_is_missing_is_told_where_it_is_waited_for()
    {
        const auto context = open(false);
        nn::Model model = makeModel("resnet20");
        model.parameters.erase("layer1.0.bn1.bias");
        const DeviceWeights weights(*context, model, Direction::Forward);
        QVERIFY_EXCEPTION_THROWN(weights.waitForAll(), std::out_of_range);
    }
};

QTEST_GUILESS_MAIN(DeviceWeightsTest)
#include "device_weights_test.moc"
