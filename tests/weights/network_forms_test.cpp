// Networks that differ from torchvision's are told by the names and shapes of their tensors.
#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "weights/checkpoint_bytes.h"

#include <QTest>

using namespace reslens;

namespace {

using Rename = std::function<std::string(const std::string &)>;

nn::Architecture small()
{
    return {.depths = {1, 1}, .stemChannels = 8, .classes = 5};
}

nn::Architecture deep(nn::BlockKind block, nn::ShortcutKind shortcut)
{
    nn::Architecture a = small();
    a.block = block;
    a.shortcut = shortcut;
    a.stemKernel = 3;
    a.deepStem = {4, 6};
    return a;
}

weights::Checkpoint fileOf(const nn::Architecture &architecture, const Rename &rename = {})
{
    nn::Parameters renamed;
    for (const auto &[name, tensor] : nn::generateParameters(nn::buildNetwork(architecture)))
        renamed.emplace(rename ? rename(name) : name, tensor);
    return test::checkpointOf(renamed);
}

void addFilter(weights::Checkpoint &checkpoint, const std::string &key, std::int64_t channels, int kernel)
{
    const std::vector<float> row = nn::BlurPool{kernel}.weights();
    std::vector<float> values;
    for (std::int64_t c = 0; c < channels; ++c)
        for (const float a : row)
            for (const float b : row)
                values.push_back(a * b);
    checkpoint.tensors.emplace(key, storeFloats({channels, 1, kernel, kernel}, std::move(values)));
}

/// What the file is taken for; the name apart.
nn::Architecture found(const weights::Checkpoint &checkpoint, const weights::ModelOptions &options = {})
{
    auto model = weights::makeModel(checkpoint, options);
    if (!model)
        qWarning("%s", model.error().message().c_str());
    nn::Architecture a = model ? model->network.architecture : nn::Architecture();
    a.name.clear();
    return a;
}

std::string replacedAll(std::string text, const std::vector<std::pair<std::string, std::string>> &pairs)
{
    for (const auto &[from, to] : pairs)
        if (text.starts_with(from))
            return to + text.substr(from.size());
    return text;
}

} // namespace

class NetworkFormsTest : public QObject {
    Q_OBJECT

private slots:
    void any_number_of_input_channels_is_told_by_the_first_convolution()
    {
        for (const int channels : {1, 2, 4, 12, 13}) {
            nn::Architecture a = small();
            a.inputChannels = channels;
            QVERIFY(found(fileOf(a)) == a);
        }
    }

    void a_convolution_has_a_bias_if_the_file_has_one()
    {
        weights::Checkpoint file = fileOf(small());
        file.tensors.emplace("conv1.bias", storeFloats({8}, std::vector<float>(8, 0.25f)));
        const auto model = weights::makeModel(file, {});
        QVERIFY(model && std::get<nn::Conv2d>(model->network.layers[1].op).hasBias);
        QCOMPARE(model->parameters.at("conv1.bias").toFloats()[3], 0.25f);
    }

    void a_5x5_stem_has_an_assumed_stride_that_is_told()
    {
        nn::Architecture a = small();
        a.stemKernel = 5;
        const auto model = weights::makeModel(fileOf(a), {});
        QVERIFY(model);
        QCOMPARE(std::get<nn::Conv2d>(model->network.layers[1].op).stride, 2);
        QCOMPARE(model->notes.back(),
                 std::string("its first convolution of 5x5 is assumed to have stride 2 and a max-pool behind it"));
    }

    void a_pool_behind_a_3x3_stem_is_there_where_somebody_says_so()
    {
        nn::Architecture a = small();
        a.stem = nn::StemKind::Cifar;
        a.stemKernel = 3;
        const weights::Checkpoint file = fileOf(a);
        QVERIFY(!found(file).hasStemPool);
        QVERIFY(found(file, {.variant = {.pool = nn::StemPool::Max}}).hasStemPool);
    }

    void deep_stems_and_average_pool_shortcuts_are_told_by_names()
    {
        using Kind = nn::ShortcutKind;
        const nn::Architecture c = deep(nn::BlockKind::Bottleneck, Kind::Projection),
                               d = deep(nn::BlockKind::Bottleneck, Kind::AveragePool),
                               basic = deep(nn::BlockKind::Basic, Kind::AveragePool);
        QVERIFY(found(fileOf(c)) == c);
        QVERIFY(found(fileOf(d)) == d);
        QVERIFY(found(fileOf(basic)) == basic);
        // gluon's and mmpretrain's first stage has no place for the pool that it does not need
        const Rename withoutPlace = [](const std::string &name) {
            return replacedAll(name, {{"layer1.0.downsample.1", "layer1.0.downsample.0"},
                                      {"layer1.0.downsample.2", "layer1.0.downsample.1"}});
        };
        QVERIFY(found(fileOf(d, withoutPlace)) == d);
        const Rename mmpretrain = [](const std::string &name) {
            return replacedAll(name, {{"fc.", "head.fc."},
                                      {"bn1", "backbone.stem.7"},
                                      {"conv1.", "backbone.stem."},
                                      {"layer", "backbone.layer"}});
        };
        QVERIFY(found(fileOf(d, mmpretrain)) == d);
    }

    void the_published_names_have_their_letters()
    {
        for (const char *name : {"resnet50c", "resnet50d", "resnet18d"}) {
            const auto a = nn::architectureNamed(name);
            QVERIFY(a);
            QCOMPARE(nn::nameFor(*a), std::string(name));
            QVERIFY(!a->deepStem.empty());
        }
        QVERIFY(!nn::architectureNamed("plain18d"));
    }

    void blur_pools_are_told_by_their_filters()
    {
        nn::Architecture a = small();
        a.blurKernel = 4;
        a.shortcut = nn::ShortcutKind::BlurPool;
        const Rename antialiased = [](const std::string &name) {
            return replacedAll(name, {{"layer2.0.conv2.", "layer2.0.conv2.1."}});
        };
        weights::Checkpoint file = fileOf(a, antialiased);
        addFilter(file, "maxpool.1.filt", 8, 4);
        addFilter(file, "layer2.0.conv2.0.filt", 16, 4);
        addFilter(file, "layer2.0.downsample.0.filt", 8, 4);
        QVERIFY(found(file) == a);

        nn::Architecture timm = small();
        timm.blurKernel = 3;
        weights::Checkpoint stored = fileOf(timm);
        addFilter(stored, "maxpool.1.filt", 8, 3);
        addFilter(stored, "layer2.0.aa.filt", 16, 3);
        QVERIFY(found(stored) == timm);
        QVERIFY(found(fileOf(timm), {.variant = {.blurs = true}}) == timm); // newer versions do not store them
    }

    void other_filters_than_binomial_ones_are_refused()
    {
        nn::Architecture a = small();
        a.blurKernel = 3;
        weights::Checkpoint file = fileOf(a);
        addFilter(file, "layer2.0.aa.filt", 16, 3);
        file.tensors.at("layer2.0.aa.filt") = storeFloats({16, 1, 3, 3}, std::vector<float>(16 * 9, 1.0f / 9));
        const std::string error = test::modelError(file);
        QVERIFY2(error.find("'layer2.0.aa.filt' of shape [16, 1, 3, 3] is not a blur pool's binomial filter") !=
                     std::string::npos,
                 error.c_str());
    }
};

QTEST_GUILESS_MAIN(NetworkFormsTest)
#include "network_forms_test.moc"
