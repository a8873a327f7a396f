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
        const Rename rename = [](const std::string &name) {
            return name == "fc.weight" ? "classifier.1.weight"
                   : name == "fc.bias" ? "classifier.1.bias"
                                       : "backbone." + name;
        };
        const std::string error = test::modelError(renamed(rename));
        QVERIFY2(error.find("has no classification head: 'fc.weight' is missing") != std::string::npos, error.c_str());
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
        weights::Checkpoint checkpoint = test::checkpointOf(test::smallParameters());
        checkpoint.tensors["linear.bias"] = checkpoint.tensors.at("fc.bias");
        QCOMPARE(test::modelError(checkpoint),
                 std::string("small.pth: 'fc.bias' and 'linear.bias' are both 'fc.bias'"));
    }
};

QTEST_GUILESS_MAIN(KeyNamesTest)
#include "key_names_test.moc"
