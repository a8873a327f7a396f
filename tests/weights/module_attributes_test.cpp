// A model that was saved whole runs with the strides, pools and epsilons of its modules.
#include "weights/checkpoint_bytes.h"

#include <QTest>

using namespace reslens;
using weights::SavedModule;

namespace {

const char *const kConv = "torch.nn.modules.conv.Conv2d";

weights::Checkpoint saved(const char *architecture, const std::map<std::string, SavedModule> &modules)
{
    weights::Checkpoint checkpoint = test::checkpointOf(test::generatedParameters(architecture));
    checkpoint.modules = modules;
    return checkpoint;
}

const nn::Op &opOf(const nn::Network &network, const std::string &name)
{
    return std::ranges::find(network.layers, name, &nn::Layer::name)->op;
}

} // namespace

class ModuleAttributesTest : public QObject {
    Q_OBJECT

private slots:
    void strides_dilation_and_eps_are_those_of_the_modules()
    {
        const auto model = weights::makeModel(
            saved("resnet18",
                  {{"layer2.0.conv1", {kConv, {{"stride", {1, 1}}, {"padding", {2, 2}}, {"dilation", {2, 2}}}}},
                   {"layer2.0.downsample.0", {kConv, {{"stride", {1, 1}}}}},
                   {"bn1", {"torch.nn.modules.batchnorm.BatchNorm2d", {{"eps", {0.001}}}}}}),
            {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        const auto &conv = std::get<nn::Conv2d>(opOf(model->network, "layer2.0.conv1"));
        QCOMPARE(std::vector({conv.stride, conv.padding, conv.dilation}), (std::vector{1, 2, 2}));
        QCOMPARE(std::get<nn::BatchNorm>(opOf(model->network, "bn1")).eps, 0.001f);
        QCOMPARE(model->notes, std::vector<std::string>{
                                   "its saved modules differ from resnet18, and are run as saved: bn1 has eps 0.001, "
                                   "layer2.0.downsample.0 has stride 1, layer2.0.conv1 has stride 1 and 2 more"});
    }

    void a_stem_whose_pool_was_removed_has_none()
    {
        const auto model =
            weights::makeModel(saved("resnet18", {{"maxpool", {"torch.nn.modules.linear.Identity", {}}}}), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(nn::outputShape(opOf(model->network, "maxpool"), {1, 64, 9, 9}).h, 9);
    }

    void torchvisions_modules_change_nothing_and_are_not_told()
    {
        const auto model = weights::makeModel(
            saved("resnet18",
                  {{"layer2.0.conv1", {kConv, {{"stride", {2, 2}}, {"padding", {1, 1}}}}},
                   {"maxpool", {"torch.nn.modules.pooling.MaxPool2d", {{"kernel_size", {3}}, {"stride", {2}}}}},
                   {"relu", {"torch.nn.modules.activation.ReLU", {}}}}),
            {});
        QVERIFY(model);
        QVERIFY(model->notes.empty());
    }

    void padding_that_is_no_number_of_zeros_is_refused()
    {
        for (const auto &[name, word] : {std::pair("padding_mode", "reflect"), {"padding", "same"}}) {
            SavedModule module{kConv, {}, {{name, word}}};
            const std::string error = test::modelError(saved("resnet18", {{"conv1", module}}));
            QVERIFY2(error.find(std::string("'conv1' has the ") + name + " '" + word + "'") != std::string::npos,
                     error.c_str());
        }
        const SavedModule zeros{kConv, {}, {{"padding_mode", "zeros"}}};
        QVERIFY(weights::makeModel(saved("resnet18", {{"conv1", zeros}}), {}));
    }

    void what_is_not_run_is_refused_by_name_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("attribute");
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<QString>("phrase");
        const auto row = [](const char *title, const char *name, const char *type, const char *attribute,
                            const QList<double> &values, const char *phrase) {
            QTest::newRow(title) << name << type << attribute << values << phrase;
        };
        row("GELU", "layer1.0.act1", "torch.nn.modules.activation.GELU", "", {},
            "'layer1.0.act1' is a torch.nn.modules.activation.GELU; ResLens runs ReLU, LeakyReLU and SiLU");
        row("average pool", "maxpool", "torch.nn.modules.pooling.AvgPool2d", "", {},
            "'maxpool' is a torch.nn.modules.pooling.AvgPool2d; ResLens runs a MaxPool2d there");
        row("maximum of the features", "avgpool", "torch.nn.modules.pooling.AdaptiveMaxPool2d", "", {},
            "'avgpool' is a torch.nn.modules.pooling.AdaptiveMaxPool2d; ResLens runs the average");
        row("ceil_mode", "maxpool", "torch.nn.modules.pooling.MaxPool2d", "ceil_mode", {1},
            "'maxpool' has a ceil_mode or dilation");
        row("uneven stride", "conv1", kConv, "stride", {2, 1}, "'conv1' has a stride that ResLens does not run");
        row("negative stride", "conv1", kConv, "stride", {-1, -1}, "'conv1' has a stride that ResLens does not run");
        row("no stride", "conv1", kConv, "stride", {0, 0}, "'conv1' has a stride or dilation of 0");
        row("strides that do not fit", "layer2.0.conv1", kConv, "stride", {1, 1},
            "the two parts of 'layer2.0.add' differ in size");
        row("nothing left", "conv1", kConv, "dilation", {64, 64}, "nothing is left of a picture of 224 pixels");
    }

    void what_is_not_run_is_refused_by_name()
    {
        QFETCH(QString, name);
        QFETCH(QString, type);
        QFETCH(QString, attribute);
        QFETCH(QList<double>, values);
        QFETCH(QString, phrase);
        SavedModule module{type.toStdString(), {}, {}};
        if (!attribute.isEmpty())
            module.attributes[attribute.toStdString()] = {values.begin(), values.end()};
        const QString error =
            QString::fromStdString(test::modelError(saved("resnet18", {{name.toStdString(), module}})));
        QVERIFY2(error.contains(phrase), qPrintable(error));
    }
};

QTEST_GUILESS_MAIN(ModuleAttributesTest)
#include "module_attributes_test.moc"
