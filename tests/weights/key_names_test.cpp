#include "weights/key_names.h"

#include "weights/checkpoint_bytes.h"

#include <QTest>

#include <functional>

using namespace reslens;

namespace {

using Rename = std::function<std::string(const std::string &)>;

weights::Checkpoint renamed(const Rename &rename, nn::Parameters parameters = test::smallParameters())
{
    nn::Parameters result;
    for (auto &[name, tensor] : parameters)
        result.emplace(rename(name), tensor);
    return test::checkpointOf(result);
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// Returns transformers' name for a torchvision one.
std::string transformersName(const std::string &name)
{
    const std::size_t dot = name.find('.');
    const std::string head = name.substr(0, dot), rest = name.substr(dot + 1);
    if (head == "fc")
        return "classifier.1." + rest;
    if (head == "conv1" || head == "bn1")
        return "resnet.embedder.embedder." + std::string(head == "conv1" ? "convolution." : "normalization.") + rest;
    std::string block = "resnet.encoder.stages." + std::to_string(head.back() - '1') + ".layers." +
                        rest.substr(0, rest.find('.')) + ".";
    const std::string part = rest.substr(rest.find('.') + 1), last = part.substr(part.rfind('.') + 1);
    if (part.starts_with("downsample"))
        return block + "shortcut." + (part[11] == '0' ? "convolution." : "normalization.") + last;
    const bool isConv = part.starts_with("conv");
    return block + "layer." + std::to_string(part[isConv ? 4 : 2] - '1') + "." +
           (isConv ? "convolution." : "normalization.") + last;
}

QByteArray makesTheSameModel(const weights::Checkpoint &checkpoint, const nn::Parameters &expected)
{
    const auto model = weights::makeModel(checkpoint, {});
    if (!model)
        return QByteArray::fromStdString(model.error().message());
    for (const auto &[name, tensor] : expected)
        if (model->parameters.at(name).toFloats() != tensor.toFloats())
            return QByteArray::fromStdString(name);
    return {};
}

} // namespace

class KeyNamesTest : public QObject {
    Q_OBJECT

private slots:
    void prefixes_of_wrapping_modules_are_removed_data()
    {
        QTest::addColumn<QString>("prefix");
        for (const char *prefix : {"", "module.", "model.", "backbone.", "encoder.", "resnet.", "_orig_mod.",
                                   "module.model.", "_orig_mod.module.", "model.backbone.", "model.module.encoder."})
            QTest::newRow(*prefix ? prefix : "none") << prefix;
    }

    void prefixes_of_wrapping_modules_are_removed()
    {
        QFETCH(QString, prefix);
        const Rename rename = [&](const std::string &name) { return prefix.toStdString() + name; };
        QCOMPARE(makesTheSameModel(renamed(rename), test::smallParameters()), QByteArray());
    }

    void a_head_outside_the_prefixed_backbone_is_found()
    {
        const Rename rename = [](const std::string &name) {
            return (name.starts_with("fc.") ? "model." : "model.backbone.") + name;
        };
        QCOMPARE(makesTheSameModel(renamed(rename), test::smallParameters()), QByteArray());
        const Rename bare = [](const std::string &name) { return name.starts_with("fc.") ? name : "encoder." + name; };
        QCOMPARE(makesTheSameModel(renamed(bare), test::smallParameters()), QByteArray());
    }

    void transformers_names_are_torchvisions()
    {
        const nn::Parameters parameters = test::generatedParameters("resnet50");
        const weights::Checkpoint checkpoint = renamed(transformersName, parameters);
        QVERIFY(checkpoint.tensors.contains("resnet.encoder.stages.0.layers.0.layer.2.convolution.weight"));
        QVERIFY(checkpoint.tensors.contains("resnet.encoder.stages.3.layers.0.shortcut.normalization.running_var"));
        QVERIFY(checkpoint.tensors.contains("classifier.1.bias"));
        QCOMPARE(makesTheSameModel(checkpoint, parameters), QByteArray());
    }

    void a_segmentation_networks_classifier_is_not_taken_for_a_head()
    {
        nn::Parameters parameters = test::smallParameters();
        parameters.at("fc.weight") = storeFloats({3}, {1, 1, 1}); // a batch norm
        const Rename rename = [](const std::string &name) {
            return name == "fc.weight" ? "classifier.1.weight"
                   : name == "fc.bias" ? "classifier.1.bias"
                                       : "backbone." + name;
        };
        const auto model = weights::makeModel(renamed(rename, parameters), {});
        QVERIFY(model && !model->network.hasHead());
        QVERIFY(std::ranges::find(model->notes, "'classifier.1.weight' is not part of the network and is not used") !=
                model->notes.end());
    }

    void a_head_is_known_by_its_name_and_its_shape_data()
    {
        QTest::addColumn<QString>("head");
        for (const char *head :
             {"fc.1.", "linear.", "classifier.", "classifier.1.", "head.", "head.fc.", "last_linear."})
            QTest::newRow(head) << head;
    }

    void a_head_is_known_by_its_name_and_its_shape()
    {
        QFETCH(QString, head);
        for (const char *prefix : {"", "backbone."}) {
            const Rename rename = [&](const std::string &name) {
                return name.starts_with("fc.") ? head.toStdString() + name.substr(3) : prefix + name;
            };
            QCOMPARE(makesTheSameModel(renamed(rename), test::smallParameters()), QByteArray());
        }
    }

    void a_head_without_a_bias_has_one_of_zeros()
    {
        nn::Parameters parameters = test::smallParameters();
        parameters.erase("fc.bias");
        const auto model = weights::makeModel(test::checkpointOf(parameters), {});
        QVERIFY(model);
        QCOMPARE(model->parameters.at("fc.bias").toFloats(), (std::vector<float>{0, 0, 0}));
    }

    void other_repositories_names_are_torchvisions_data()
    {
        QTest::addColumn<QStringList>("names"); // from, to, from, to, …: the first that fits
        QTest::newRow("Sequential of children")
            << QStringList{"conv1.", "0.", "bn1.", "1.", "layer1.", "4.", "layer2.", "5.", "layer3.", "6."};
        QTest::newRow("children under a name")
            << QStringList{"conv1.",      "features.0.", "bn1.",        "features.1.", "layer1.",
                           "features.4.", "layer2.",     "features.5.", "layer3.",     "features.6."};
        QTest::newRow("stem with a name") << QStringList{"conv1.", "stem.conv1.", "bn1.", "stem.bn1."};
    }

    void other_repositories_names_are_torchvisions()
    {
        QFETCH(QStringList, names);
        const Rename rename = [&](const std::string &name) {
            for (qsizetype i = 0; i < names.size(); i += 2)
                if (name.starts_with(names[i].toStdString()))
                    return names[i + 1].toStdString() + name.substr(std::size_t(names[i].size()));
            return name;
        };
        const nn::Parameters parameters = test::generatedParameters("resnet20_b");
        QCOMPARE(makesTheSameModel(renamed(rename, parameters), parameters), QByteArray());
    }

    void detectrons_names_are_torchvisions()
    {
        const nn::Parameters parameters = test::generatedParameters("resnet50");
        const Rename rename = [](std::string name) {
            if (name.starts_with("conv1."))
                return "backbone.stem." + name;
            if (name.starts_with("bn1."))
                return "backbone.stem.conv1.norm." + name.substr(4);
            if (!name.starts_with("layer"))
                return name;
            name = replaced(replaced(name, ".downsample.0.", ".shortcut."), ".downsample.1.", ".shortcut.norm.");
            if (const std::size_t norm = name.find(".bn"); norm != std::string::npos)
                name = name.substr(0, norm) + ".conv" + name[norm + 3] + ".norm" + name.substr(norm + 4);
            return "backbone.res" + std::string(1, char(name[5] + 1)) + name.substr(6);
        };
        QCOMPARE(makesTheSameModel(renamed(rename, parameters), parameters), QByteArray());
    }

    void weights_in_training_come_before_their_average()
    {
        for (const char *average : {"teacher.", "model_ema.", "encoder_k.", "a_momentum."}) {
            weights::Checkpoint both = renamed([&](const std::string &name) { return average + name; });
            for (auto &[name, tensor] : test::smallParameters())
                both.tensors.emplace("student." + name, tensor);
            both.tensors.at("student.fc.bias") = storeFloats({3}, {7, 8, 9});
            const auto model = weights::makeModel(both, {});
            QVERIFY2(model, model ? "" : model.error().message().c_str());
            QCOMPARE(model->parameters.at("fc.bias").toFloats(), (std::vector<float>{7, 8, 9}));
        }
    }

    void a_pruned_weight_is_the_product_of_its_two_parts()
    {
        nn::Parameters parameters = test::smallParameters();
        const StoredTensor weight = parameters.at("bn1.weight");
        parameters.erase("bn1.weight");
        parameters["bn1.weight_orig"] = weight;
        parameters["bn1.weight_mask"] = storeFloats({2}, {0, 1});
        const auto model = weights::makeModel(test::checkpointOf(parameters), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->parameters.at("bn1.weight").toFloats(), (std::vector<float>{0, weight.toFloats()[1]}));
    }

    void the_cifar_repositories_linear_and_shortcut_are_translated()
    {
        const nn::Parameters parameters = test::generatedParameters("resnet20_b");
        const Rename rename = [](const std::string &name) {
            return "module." + replaced(replaced(name, "fc.", "linear."), ".downsample.", ".shortcut.");
        };
        QCOMPARE(makesTheSameModel(renamed(rename, parameters), parameters), QByteArray());
    }

    void two_keys_of_one_meaning_are_refused()
    {
        weights::Checkpoint checkpoint = test::checkpointOf(test::generatedParameters("resnet20_b"));
        checkpoint.tensors["layer2.0.shortcut.0.weight"] = checkpoint.tensors.at("layer2.0.downsample.0.weight");
        QCOMPARE(test::modelError(checkpoint),
                 std::string("small.pth: 'layer2.0.downsample.0.weight' and 'layer2.0.shortcut.0.weight' are both "
                             "'layer2.0.downsample.0.weight'"));
    }
};

QTEST_GUILESS_MAIN(KeyNamesTest)
#include "key_names_test.moc"
