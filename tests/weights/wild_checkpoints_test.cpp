// Checkpoints as people have them: they open, whatever is round the network, and give PyTorch's logits; or they are
// refused by what they are.
#include "image/npy.h"
#include "reference/executor.h"
#include "weights/model_from_checkpoint.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <cmath>

using namespace reslens;

namespace {

const QDir &folder()
{
    static const QDir found(qEnvironmentVariable("RESLENS_SHARED") + "/data/wild");
    return found;
}

Result<nn::Model> opened(const QString &file)
{
    auto checkpoint = weights::readCheckpoint(std::filesystem::path(folder().filePath(file).toStdString()));
    if (!checkpoint)
        return tl::unexpected(checkpoint.error());
    return weights::makeModel(std::move(*checkpoint), {});
}

} // namespace

class WildCheckpointsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!folder().exists())
            QSKIP("RESLENS_SHARED has no data/wild");
    }

    void a_network_opens_and_gives_pytorchs_logits_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("note");
        const auto row = [](const char *file, const char *note) { QTest::newRow(file) << file << note; };
        row("key_network.pth", "the network stands under 'network'");
        row("key_state_dict_ema.pth", "the network stands under 'state_dict_ema'");
        row("prefix_net.ckpt", "the network stands under 'state_dict', prefix 'net.'");
        row("prefix_encoder_q.ckpt", "the network stands under 'state_dict', prefix 'encoder_q.'");
        row("moco.pth.tar",
            "the network stands under 'state_dict', prefix 'module.encoder_q.'; --weights takes another: "
            "'state_dict.module.encoder_k'");
        row("head_last_linear.pth", "the network stands under 'state_dict'");
        row("fc_dropout.pth", "");
        row("cifar100_weiaicunzai.pth", "");
        row("unclear_pruned.pth", "");
        row("protocol5.pth", "");
        row("deflated.pth", "");
        row("scripted.pt",
            "it is a TorchScript program: strides, dilation and epsilons stand in its code, which is not "
            "read; torchvision's are assumed");
        row("whole_model.pth", "");
        row("whole_in_dict.pth", "the network stands under 'model'");
        row("one_class.pth", "");
        row("fc_two_layers.pth", "");
        row("fc2_after_fc.pth", "a ReLU is assumed between 'resnet.fc' and 'fc2'");
        row("channels_1.pth", "");
        row("channels_13.pth", "");
        row("my-hf-model", "the names of the classes are those under 'config.json: id2label'");
        row("my-hf-model/model.safetensors", "the network stands under the prefix 'resnet.'");
        row("wideresnet18_places365.pth.tar",
            "its name has 'wideresnet18', so its stem is taken to have no max-pool, as "
            "Places365's has none (--variant pool=max)");
        row("resnet50_caffe.pth",
            "its name has 'caffe', so the stride is taken to be in the first convolution of a block, "
            "as Caffe's networks have it (--variant stride=conv2)");
    }

    void what_stands_in_the_way_of_an_answer_is_told_when_the_file_opens()
    {
        const auto notesOf = [](const char *file) {
            const auto model = opened(file);
            return model ? model->notes : std::vector<std::string>{model.error().message()};
        };
        QCOMPARE(notesOf("nan_weight.pth"),
                 std::vector<std::string>{
                     "1 of 4608 values of 'layer3.0.conv1.weight' are not finite, so answers may not be either"});
        QCOMPARE(
            notesOf("fc_missing.pth"),
            std::vector<std::string>{"it has no head, so there are no predictions; its features take their place"});
    }

    void a_network_opens_and_gives_pytorchs_logits()
    {
        QFETCH(QString, file);
        QFETCH(QString, note);
        auto model = opened(file);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        const auto &notes = model->notes;
        QVERIFY2(note.isEmpty() || std::ranges::find(notes, note.toStdString()) != notes.end(),
                 notes.empty() ? "no note" : notes[0].c_str());
        const auto path = [](const QString &name) {
            return std::filesystem::path(folder().filePath(name).toStdString());
        };
        const int channels = model->network.architecture.inputChannels;
        const QString suffix = channels == 3 ? QString() : QString::number(channels);
        const auto array = image::readNpyArray(path("input" + suffix + ".npy")).value();
        Tensor input({1, channels, int(array.shape[array.shape.size() - 2]), int(array.shape.back())});
        input.values = array.values;
        const auto expected = image::readNpyArray(path(file.section('/', 0, 0) + ".logits.npy"));
        QVERIFY2(expected, expected ? "" : expected.error().message().c_str());
        const auto executor = reference::makeExecutor(std::make_shared<const nn::Model>(std::move(*model)), "test");
        const Tensor logits = executor->forward(input, {}).value().logits;
        QCOMPARE(logits.values.size(), expected->values.size());
        for (std::size_t i = 0; i < logits.values.size(); ++i)
            QVERIFY2(std::abs(logits.values[i] - expected->values[i]) <= 1e-4,
                     qPrintable(QString("%1: %2 instead of %3").arg(i).arg(logits.values[i]).arg(expected->values[i])));
    }

    void what_is_not_run_is_refused_by_what_it_is_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("phrase");
        const auto row = [](const char *file, const char *phrase) { QTest::newRow(file) << file << phrase; };
        row("unclear_groupnorm.pth", "it uses GroupNorm, InstanceNorm or batch norms of each batch");
        row("unclear_quantized.pth", "'conv1.weight' is a quantised tensor");
    }

    void what_is_not_run_is_refused_by_what_it_is()
    {
        QFETCH(QString, file);
        QFETCH(QString, phrase);
        const auto model = opened(file);
        QVERIFY(!model);
        const QString message = QString::fromStdString(model.error().message());
        QVERIFY2(message.contains(phrase), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(WildCheckpointsTest)
#include "wild_checkpoints_test.moc"
