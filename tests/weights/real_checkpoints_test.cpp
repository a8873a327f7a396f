// Real published files; the expected numbers come from PyTorch 1.13 (torch.load, sums in float64).
#include "weights/checkpoint_bytes.h"

#include <QTest>

#include <cmath>

using namespace reslens;

namespace {

std::filesystem::path shared(const char *name)
{
    return std::filesystem::path(qEnvironmentVariable("RESLENS_SHARED").toStdString()) / "data/weights" / name;
}

struct Expected {
    const char *name;
    double first, last, sum;
};

QByteArray wrongNumber(const nn::Model &model, const Expected &expected)
{
    const std::vector<float> values = model.parameters.at(expected.name).toFloats();
    double sum = 0, magnitude = 0;
    for (const float value : values) {
        sum += value;
        magnitude += std::abs(value);
    }
    const bool isRight = double(values.front()) == expected.first && double(values.back()) == expected.last &&
                         std::abs(sum - expected.sum) <= 1e-12 * magnitude; // the order of summation differs
    return isRight ? QByteArray() : QByteArray(expected.name) + " sums to " + QByteArray::number(sum, 'g', 17);
}

} // namespace

class RealCheckpointsTest : public QObject {
    Q_OBJECT

private slots:
    void akamasters_resnet20_opens_with_pytorchs_values()
    {
        const auto path = shared("resnet20-12fca82f.th");
        if (!std::filesystem::exists(path))
            QSKIP("RESLENS_SHARED has no data/weights/resnet20-12fca82f.th");
        auto checkpoint = weights::readCheckpoint(path);
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->container, std::string("torch legacy"));
        const auto model = weights::makeModel(std::move(*checkpoint), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        nn::Architecture expected = nn::architectureNamed("resnet20").value();
        QVERIFY(model->network.architecture == expected);
        for (const Expected &numbers :
             {Expected{"conv1.weight", -0.13818146288394928, 0.3087101876735687, 1.3100982000032673},
              {"layer2.0.bn1.running_var", 1.2619320154190063, 4.084237098693848, 118.83239114284515},
              {"fc.weight", -1.0598125457763672, 0.22667697072029114, -0.04562738863751292},
              {"fc.bias", 0.19355906546115875, -0.27025941014289856, 3.4442171454429626e-05}})
            QCOMPARE(wrongNumber(*model, numbers), QByteArray());
    }

    void an_imagenet_resnet50_opens_with_pytorchs_values()
    {
        const auto path = shared("resnet50-imagenet-8bit.safetensors");
        if (!std::filesystem::exists(path))
            QSKIP("RESLENS_SHARED has no data/weights/resnet50-imagenet-8bit.safetensors");
        auto checkpoint = weights::readCheckpoint(path);
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        const auto model = weights::makeModel(std::move(*checkpoint), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QVERIFY(model->network.architecture == nn::architectureNamed("resnet50").value());
        QCOMPARE(model->parameters.at("conv1.weight").dtype, DType::F16);
        for (const Expected &numbers :
             {Expected{"conv1.weight", 0.64501953125, -1.9013671875, -727.0078125},
              {"layer3.5.conv2.weight", 0.01181793212890625, -0.0135040283203125, -560.9499530792236},
              {"layer4.0.downsample.1.running_var", 0.19847941398620605, 0.16088436543941498, 346.2302359342575},
              {"fc.weight", 0.0117340087890625, 0.027374267578125, 7.406761169433594},
              {"fc.bias", -0.0070305694825947285, 0.018610702827572823, 0.01797293948220613}})
            QCOMPARE(wrongNumber(*model, numbers), QByteArray());
    }
};

QTEST_GUILESS_MAIN(RealCheckpointsTest)
#include "real_checkpoints_test.moc"
