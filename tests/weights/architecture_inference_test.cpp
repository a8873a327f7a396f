#include "weights/checkpoint_bytes.h"

#include "nn/resnet.h"

#include <QTest>

using namespace reslens;

namespace {

/// Makes the tensors that `architecture` needs, all over one run of zeros: only shapes count here.
nn::Parameters shapesOf(const nn::Architecture &architecture)
{
    nn::Parameters parameters;
    const StoredTensor zeros = storeFloats({10'000'000}, std::vector<float>(10'000'000));
    for (const nn::ParameterSpec &spec : nn::parametersOf(nn::buildNetwork(architecture))) {
        StoredTensor tensor = zeros;
        tensor.shape = spec.shape;
        tensor.bytes = zeros.bytes.first(std::size_t(tensor.count()) * sizeof(float));
        parameters.emplace(spec.name, tensor);
    }
    return parameters;
}

nn::Parameters shapesOf(const char *name)
{
    return shapesOf(nn::architectureNamed(name).value());
}

void addTensor(weights::Checkpoint &checkpoint, const std::string &name, const std::vector<std::int64_t> &shape)
{
    std::size_t count = 1;
    for (const std::int64_t extent : shape)
        count *= std::size_t(extent);
    checkpoint.tensors[name] = storeFloats(shape, std::vector<float>(count));
}

} // namespace

class ArchitectureInferenceTest : public QObject {
    Q_OBJECT

private slots:
    void every_known_network_is_recognised_by_its_tensors_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name :
             {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
              "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2", "resnet20", "resnet32", "resnet44", "resnet56",
              "resnet110", "resnet20_b", "resnet56_b"})
            QTest::newRow(name) << name;
    }

    void every_known_network_is_recognised_by_its_tensors()
    {
        QFETCH(QString, name);
        nn::Architecture expected = nn::architectureNamed(name.toStdString()).value();
        expected.classes = 37;
        const auto model = weights::makeModel(test::checkpointOf(shapesOf(expected)), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QVERIFY(model->network.architecture == expected);
    }

    void unusual_widths_depths_and_stages_are_recognised_data()
    {
        QTest::addColumn<int>("stem");
        QTest::addColumn<int>("block");
        QTest::addColumn<QList<int>>("depths");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("groups");
        QTest::addColumn<int>("groupChannels");
        const int cifar = int(nn::StemKind::Cifar), imagenet = int(nn::StemKind::Imagenet);
        const int basic = int(nn::BlockKind::Basic), bottleneck = int(nn::BlockKind::Bottleneck);
        QTest::newRow("CIFAR ResNet-18 of four stages") << cifar << basic << QList<int>{2, 2, 2, 2} << 64 << 1 << 64;
        QTest::newRow("one stage") << imagenet << basic << QList<int>{1} << 8 << 1 << 64;
        QTest::newRow("five stages") << imagenet << basic << QList<int>{1, 2, 1, 2, 1} << 4 << 1 << 64;
        QTest::newRow("thin bottlenecks") << cifar << bottleneck << QList<int>{2, 2, 2} << 16 << 1 << 64;
        QTest::newRow("thin groups") << imagenet << bottleneck << QList<int>{1, 1} << 32 << 8 << 4;
    }

    void unusual_widths_depths_and_stages_are_recognised()
    {
        QFETCH(int, stem);
        QFETCH(int, block);
        QFETCH(QList<int>, depths);
        QFETCH(int, width);
        QFETCH(int, groups);
        QFETCH(int, groupChannels);
        nn::Architecture expected;
        expected.stem = nn::StemKind(stem);
        expected.hasStemPool = expected.stem == nn::StemKind::Imagenet;
        expected.stemKernel = expected.hasStemPool ? 7 : 3;
        expected.block = nn::BlockKind(block);
        expected.depths.assign(depths.begin(), depths.end());
        expected.stemChannels = width;
        expected.groups = groups;
        expected.groupChannels = groupChannels;
        expected.classes = 2;
        expected.name = nn::nameFor(expected);
        const auto model = weights::makeModel(test::checkpointOf(shapesOf(expected)), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->network.architecture.name, expected.name);
        QVERIFY(model->network.architecture == expected);
    }

    void a_plain_network_is_residual_until_somebody_says_so()
    {
        const weights::Checkpoint silent = test::checkpointOf(shapesOf("plain20"));
        QCOMPARE(weights::makeModel(silent, {})->network.architecture.name, std::string("resnet20"));
        QCOMPARE(weights::makeModel(silent, {"plain20", {}})->network.architecture.name, std::string("plain20"));
        const auto labelled = test::checkpointOf(shapesOf("plain20"), {{"reslens.architecture", "plain20"}});
        QCOMPARE(weights::makeModel(labelled, {})->network.architecture.name, std::string("plain20"));
        QCOMPARE(weights::makeModel(labelled, {"resnet20", {}})->network.architecture.name, std::string("resnet20"));
        QCOMPARE(
            weights::makeModel(test::checkpointOf(shapesOf("plain34")), {"plain34", {}})->network.architecture.name,
            std::string("plain34"));
    }

    void an_architecture_that_does_not_fit_is_refused_with_key_found_and_expected()
    {
        const weights::Checkpoint checkpoint = test::checkpointOf(shapesOf("resnet18"));
        QCOMPARE(test::modelError(checkpoint, {"resnet50", {}}),
                 std::string("small.pth: 'layer1.0.conv1.weight' has shape [64, 64, 3, 3]; resnet50 needs "
                             "[64, 64, 1, 1]"));
        QCOMPARE(test::modelError(checkpoint, {"resnet34", {}}),
                 std::string("small.pth: the tensor 'layer1.2.conv1.weight' is missing; resnet34 needs it with shape "
                             "[64, 64, 3, 3]"));
        const std::string smaller = test::modelError(test::checkpointOf(shapesOf("resnet34")), {"resnet18", {}});
        QVERIFY2(smaller.find("'layer1.2.bn1.bias' of shape [64] is not part of resnet18") != std::string::npos,
                 smaller.c_str());
        const std::string unknown = test::modelError(checkpoint, {"resnet19", {}});
        QVERIFY2(unknown.find("there is no architecture 'resnet19'; known are resnet18") != std::string::npos,
                 unknown.c_str());
    }

    void a_missing_block_is_named()
    {
        weights::Checkpoint checkpoint = test::checkpointOf(shapesOf("resnet34"));
        std::erase_if(checkpoint.tensors, [](auto &named) { return named.first.starts_with("layer2.1."); });
        QCOMPARE(test::modelError(checkpoint), std::string("small.pth: the tensors of block layer2.1 are missing"));
        std::erase_if(checkpoint.tensors, [](auto &named) { return named.first.starts_with("layer2."); });
        QCOMPARE(test::modelError(checkpoint), std::string("small.pth: the tensors of block layer2.0 are missing"));
    }

    void squeeze_and_excitation_is_refused_by_name()
    {
        weights::Checkpoint squeezed = test::checkpointOf(shapesOf("resnet50"));
        addTensor(squeezed, "layer1.0.se.fc1.weight", {16, 256, 1, 1});
        QVERIFY(test::modelError(squeezed).find("squeeze-and-excitation") != std::string::npos);
    }

    void other_networks_are_refused_in_one_sentence_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("what");
        QTest::newRow("VGG") << "features.0.weight"
                             << "looks like a VGG";
        QTest::newRow("ViT of torchvision") << "class_token"
                                            << "looks like a vision transformer";
        QTest::newRow("ViT of timm") << "cls_token"
                                     << "looks like a vision transformer";
        QTest::newRow("DenseNet") << "features.denseblock1.denselayer1.norm1.weight"
                                  << "looks like a DenseNet";
        QTest::newRow("MobileNet") << "features.0.0.weight"
                                   << "looks like a MobileNet";
        QTest::newRow("ResNetV2") << "stem.conv.weight"
                                  << "looks like a pre-activation ResNet";
        QTest::newRow("anything") << "decoder.0.weight"
                                  << "holds no residual network";
    }

    void other_networks_are_refused_in_one_sentence()
    {
        QFETCH(QString, key);
        QFETCH(QString, what);
        weights::Checkpoint checkpoint = test::checkpointOf({});
        addTensor(checkpoint, key.toStdString(), {4, 3, 3, 3});
        const std::string error = test::modelError(checkpoint);
        QVERIFY2(error.find(what.toStdString()) != std::string::npos, error.c_str());
        QVERIFY2(error.find(key.toStdString()) != std::string::npos, error.c_str());
    }

    void a_strange_stem_or_bottleneck_is_refused_with_its_shape()
    {
        weights::Checkpoint large = test::checkpointOf(shapesOf("resnet18"));
        addTensor(large, "conv1.weight", {64, 3, 11, 11});
        QVERIFY(test::modelError(large).find("'conv1.weight' has shape [64, 3, 11, 11]; a ResNet's first") !=
                std::string::npos);
        weights::Checkpoint odd = test::checkpointOf(shapesOf("resnet50"));
        addTensor(odd, "layer1.0.conv2.weight", {65, 64, 3, 3});
        QVERIFY(test::modelError(odd).find("which no bottleneck of stage width 64 has") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(ArchitectureInferenceTest)
#include "architecture_inference_test.moc"
