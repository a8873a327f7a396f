// Heads as people write them: which layers are found, and in which order.
#include "nn/resnet.h"
#include "weights/checkpoint_bytes.h"
#include "weights/key_names.h"

#include <QTest>

using namespace reslens;

namespace {

constexpr std::int64_t kFeatures = 8; // of the small network

/// The small network without its head, its keys behind `prefix`.
weights::Checkpoint headless(const std::string &prefix = {})
{
    weights::Checkpoint checkpoint = test::checkpointOf({});
    for (const auto &[name, tensor] : test::smallParameters())
        if (!name.starts_with("fc."))
            checkpoint.tensors.emplace(prefix + name, tensor);
    return checkpoint;
}

StoredTensor numbers(std::vector<std::int64_t> shape, float value = 0.5f)
{
    std::size_t count = 1;
    for (const std::int64_t extent : shape)
        count *= std::size_t(extent);
    return storeFloats(std::move(shape), std::vector<float>(count, value));
}

void addLinear(weights::Checkpoint &checkpoint, const std::string &key, std::int64_t in, std::int64_t out)
{
    checkpoint.tensors.emplace(key + ".weight", numbers({out, in}));
    checkpoint.tensors.emplace(key + ".bias", numbers({out}));
}

void addNorm(weights::Checkpoint &checkpoint, const std::string &key, std::int64_t channels)
{
    for (const char *part : {".weight", ".bias", ".running_mean", ".running_var"})
        checkpoint.tensors.emplace(key + part, numbers({channels}));
}

void addModule(weights::Checkpoint &checkpoint, const std::string &key, const std::string &type)
{
    checkpoint.modules[key].type = type;
}

/// "linear fc.0 12, ReLU 12, linear fc.3 3", or the error.
QString layersOf(const weights::Checkpoint &checkpoint)
{
    const auto model = weights::makeModel(checkpoint, {});
    if (!model)
        return QString::fromStdString(model.error().message());
    QStringList layers;
    const nn::Network &network = model->network;
    for (int l = network.features + 1; l <= network.logits; ++l) {
        const nn::Layer &layer = network.layers[std::size_t(l)];
        const bool isRelu = std::holds_alternative<nn::Relu>(layer.op);
        const int features = nn::outputShape(layer.op, {1, int(kFeatures), 1, 1}).c;
        layers << QString::fromStdString(nn::describe(layer.op) + (isRelu ? "" : " " + layer.name)) +
                      (std::holds_alternative<nn::Linear>(layer.op) ? " " + QString::number(features) : QString());
    }
    return layers.join(", ");
}

bool hasNote(const weights::Checkpoint &checkpoint, const std::string &note)
{
    const auto model = weights::makeModel(checkpoint, {});
    return model && std::ranges::find(model->notes, note) != model->notes.end();
}

} // namespace

class HeadsTest : public QObject {
    Q_OBJECT

private slots:
    void a_free_place_between_two_linear_layers_is_a_relu_and_the_next_a_dropout()
    {
        auto file = headless();
        addLinear(file, "fc.0", kFeatures, 12); // 1: ReLU, 2: dropout
        addLinear(file, "fc.3", 12, 3);
        QCOMPARE(layersOf(file), "linear fc.0 12, ReLU, linear fc.3 3");
    }

    void linear_layers_without_a_place_between_have_nothing_between()
    {
        auto file = headless();
        addLinear(file, "fc.0", kFeatures, 12);
        addLinear(file, "fc.1", 12, 3);
        QCOMPARE(layersOf(file), "linear fc.0 12, linear fc.1 3");
    }

    void a_dropout_before_the_only_layer_changes_nothing()
    {
        auto file = headless();
        addLinear(file, "classifier.1", kFeatures, 3);
        QCOMPARE(layersOf(file), "linear fc 3");
    }

    void a_batch_norm_behind_a_linear_layer_is_a_layer()
    {
        auto file = headless("backbone.");
        addLinear(file, "head.0", kFeatures, 12);
        addNorm(file, "head.1", 12); // 2: ReLU, 3: dropout
        addLinear(file, "head.4", 12, 3);
        QCOMPARE(layersOf(file), "linear head.0 12, batch norm head.1, ReLU, linear head.4 3");
    }

    void a_batch_norm_before_a_linear_layer_is_multiplied_into_it()
    {
        auto file = headless();
        addNorm(file, "fc.0", kFeatures);
        addLinear(file, "fc.2", kFeatures, 3);
        QCOMPARE(layersOf(file), "linear fc 3");
        QVERIFY(hasNote(file, "the batch norm 'fc.0' is multiplied into the linear layer behind it"));
        const auto model = weights::makeModel(file, {});
        const double scale = 0.5 / std::sqrt(0.5 + 1e-5);
        QCOMPARE(model->parameters.at("fc.weight").toFloats()[0], float(0.5 * scale));
        QCOMPARE(model->parameters.at("fc.bias").toFloats()[0],
                 float(0.5 + double(kFeatures) * 0.5 * (0.5 - 0.5 * scale)));
    }

    void a_layer_outside_the_network_follows_its_head_with_a_relu_that_is_told()
    {
        auto file = headless("resnet.");
        addLinear(file, "resnet.fc", kFeatures, 12);
        addLinear(file, "fc2", 12, 3);
        QCOMPARE(layersOf(file), "linear fc 12, ReLU, linear fc2 3");
        QVERIFY(hasNote(file, "a ReLU is assumed between 'resnet.fc' and 'fc2'"));
    }

    void saved_modules_say_what_stands_between()
    {
        auto file = headless();
        addLinear(file, "fc.0", kFeatures, 12);
        addModule(file, "fc.1", "torch.nn.modules.dropout.Dropout");
        addLinear(file, "fc.2", 12, 3);
        QCOMPARE(layersOf(file), "linear fc.0 12, linear fc.2 3");
        addModule(file, "fc.1", "torch.nn.modules.activation.ReLU");
        QCOMPARE(layersOf(file), "linear fc.0 12, ReLU, linear fc.2 3");
        addModule(file, "fc.1", "torch.nn.modules.activation.Tanh");
        QVERIFY(layersOf(file).contains("'fc.1' is a torch.nn.modules.activation.Tanh; ResLens runs heads of linear"));
    }

    void a_network_without_a_head_opens_and_says_so()
    {
        const auto file = headless();
        QCOMPARE(layersOf(file), "");
        QVERIFY(hasNote(file, "it has no head, so there are no predictions; its features take their place"));
        const auto model = weights::makeModel(file, {});
        QVERIFY(!model->network.hasHead());
        QCOMPARE(model->network.architecture.outputs(), int(kFeatures));
        QCOMPARE(model->network.architecture.activation, nn::Activation::None);
    }

    void projections_for_training_without_labels_are_no_heads()
    {
        auto file = headless("encoder."); // SimSiam: the last batch norm has no parameters
        addLinear(file, "encoder.fc.0", kFeatures, kFeatures);
        addNorm(file, "encoder.fc.1", kFeatures);
        addLinear(file, "encoder.fc.3", kFeatures, kFeatures);
        file.tensors.emplace("encoder.fc.4.running_mean", numbers({kFeatures}));
        file.tensors.emplace("encoder.fc.4.running_var", numbers({kFeatures}));
        addLinear(file, "predictor.0", kFeatures, 4);
        QCOMPARE(layersOf(file), "");
        auto other = headless("backbone."); // DINO, Barlow Twins, SwAV
        addLinear(other, "projector.0", kFeatures, 12);
        addLinear(other, "prototypes", kFeatures, 30);
        QCOMPARE(layersOf(other), "");
    }

    void one_output_has_a_sigmoid_and_not_a_softmax()
    {
        auto file = headless();
        addLinear(file, "fc", kFeatures, 1);
        QCOMPARE(weights::makeModel(file, {})->network.architecture.activation, nn::Activation::Sigmoid);
        QCOMPARE(test::modelError(file, {.activation = nn::Activation::Softmax}),
                 std::string("small.pth: has one output, whose softmax is always 1; expected the activation sigmoid or "
                             "none"));
        QCOMPARE(test::modelError(headless(), {.activation = nn::Activation::Sigmoid}),
                 std::string("small.pth: has no head, so there is nothing to take a sigmoid of"));
    }
};

QTEST_GUILESS_MAIN(HeadsTest)
#include "heads_test.moc"
