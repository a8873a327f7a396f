#include "weights/checkpoint_bytes.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace reslens;

class TorchContainersTest : public QObject {
    Q_OBJECT

private:
    static QByteArray wrongValue(const nn::Model &model)
    {
        for (const auto &[name, tensor] : model.parameters) {
            const std::vector<float> values = tensor.toFloats();
            for (std::size_t i = 0; i < values.size(); ++i)
                if (values[i] != test::fixtureValue(name, i))
                    return QByteArray::fromStdString(name + "[" + std::to_string(i) + "]");
        }
        return {};
    }

private slots:
    void a_checkpoint_by_pytorch_becomes_the_network_it_was_saved_from_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("container");
        QTest::addColumn<int>("dtype");
        const auto row = [](const char *name, const char *container, DType dtype) {
            QTest::newRow(name) << QString(name) << container << int(dtype);
        };
        row("zip-fp32.pth", "torch zip", DType::F32);
        row("zip-fp16.pth", "torch zip", DType::F16);
        row("zip-bf16.pth", "torch zip", DType::BF16);
        row("zip-protocol3.pth", "torch zip", DType::F32);
        row("zip-protocol4.pth", "torch zip", DType::F32);
        row("legacy-fp32.pth", "torch legacy", DType::F32);
        row("legacy-fp16.pth", "torch legacy", DType::F16);
        row("legacy-bf16.pth", "torch legacy", DType::BF16);
        row("legacy-protocol3.pth", "torch legacy", DType::F32);
        row("legacy-protocol4.pth", "torch legacy", DType::F32);
        row("training-zip.pth", "torch zip", DType::F32);
        row("training-legacy.pth", "torch legacy", DType::F32);
        row("arrays.pth", "torch zip", DType::F32);
        for (const char *file :
             {"arrays-protocol2.pkl", "arrays-protocol3.pkl", "arrays-protocol4.pkl", "arrays-protocol5.pkl"})
            row(file, "pickle", DType::F32);
    }

    void a_checkpoint_by_pytorch_becomes_the_network_it_was_saved_from()
    {
        QFETCH(QString, file);
        QFETCH(QString, container);
        QFETCH(int, dtype);
        auto checkpoint = weights::readCheckpoint(std::filesystem::path(test::fixtureFile(file.toStdString())));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(QString::fromStdString(checkpoint->container), container);
        QCOMPARE(checkpoint->tensors.size(), std::size_t(44));
        const auto model = weights::makeModel(*checkpoint, {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(int(model->parameters.at("conv1.weight").dtype), dtype);
        QCOMPARE(model->network.architecture.depths, (std::vector<int>{1, 1, 1}));
        QCOMPARE(model->network.architecture.stemChannels, 2);
        QCOMPARE(model->network.architecture.classes, 3);
        QCOMPARE(wrongValue(*model), QByteArray());
    }

    void tensors_of_bytes_in_memory_are_read_in_place()
    {
        for (const char *name : {"zip-fp32.pth", "legacy-fp32.pth"}) {
            const auto owner = std::make_shared<const std::string>(test::contentOf(test::fixtureFile(name)));
            const auto bytes = std::as_bytes(std::span(*owner));
            const auto checkpoint = weights::readCheckpoint(weights::Source(bytes, owner), name);
            QVERIFY(checkpoint);
            for (const auto &[key, tensor] : checkpoint->tensors) {
                QVERIFY2(tensor.bytes.data() >= bytes.data(), key.c_str());
                QVERIFY2(tensor.bytes.data() + tensor.bytes.size() <= bytes.data() + bytes.size(), key.c_str());
            }
        }
    }

    void tensors_outlive_the_checkpoint_and_the_file_on_disk()
    {
        const QString copy = QDir::temp().filePath("reslens-mapped.pth");
        QFile::remove(copy);
        QVERIFY(QFile::copy(QString::fromStdString(test::fixtureFile("zip-fp32.pth")), copy));
        StoredTensor tensor;
        {
            const auto checkpoint = weights::readCheckpoint(std::filesystem::path(copy.toStdString()));
            QVERIFY(checkpoint);
            tensor = checkpoint->tensors.at("fc.bias");
        }
        QVERIFY(QFile::remove(copy));
        QCOMPARE(tensor.toFloats()[2], test::fixtureValue("fc.bias", 2));
    }

    void views_transposes_slices_ties_and_parameters_keep_their_values()
    {
        const auto model =
            weights::makeModel(*weights::readCheckpoint(std::filesystem::path(test::fixtureFile("strided.pth"))), {});
        QVERIFY(model);
        QVERIFY(!model->parameters.at("fc.weight").strides.empty());
        QVERIFY(!model->parameters.at("conv1.weight").strides.empty());
        for (const auto &[name, tensor] : model->parameters) {
            const std::string filledAs = name == "bn1.bias" ? "bn1.weight" : name;
            const std::vector<float> values = tensor.toFloats();
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY2(values[i] == test::fixtureValue(filledAs, i), name.c_str());
        }
    }

    void a_training_checkpoint_tells_what_python_would_have_called()
    {
        for (const char *name : {"training-zip.pth", "training-legacy.pth"}) {
            const auto checkpoint = weights::readCheckpoint(std::filesystem::path(test::fixtureFile(name)));
            QVERIFY(checkpoint);
            const auto &globals = checkpoint->foreignGlobals;
            for (const char *global : {"argparse.Namespace", "numpy.core.multiarray.scalar", "pathlib.PurePosixPath"})
                QVERIFY2(std::find(globals.begin(), globals.end(), global) != globals.end(), global);
            const auto model = weights::makeModel(*checkpoint, {});
            QVERIFY(model);
            const std::string sentence = "in Python this file would call argparse.Namespace; here it stays inert";
            QVERIFY(std::find(model->notes.begin(), model->notes.end(), sentence) != model->notes.end());
        }
    }

    void a_saved_module_is_read_by_its_parameters_and_buffers()
    {
        const auto checkpoint = weights::readCheckpoint(std::filesystem::path(test::fixtureFile("whole-module.pth")));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->tensors.at("0.weight").shape, (std::vector<std::int64_t>{2, 3, 3, 3}));
        QCOMPARE(checkpoint->tensors.at("1.running_var").toFloats(), (std::vector<float>{1, 1}));
        QCOMPARE(checkpoint->modules.at("0").type, std::string("torch.nn.modules.conv.Conv2d"));
        QCOMPARE(checkpoint->modules.at("0").attributes.at("stride"), (std::vector<double>{1, 1}));
        QVERIFY(test::modelError(*checkpoint).find("holds no residual network") != std::string::npos);
    }

    void the_trained_weights_are_preferred_to_their_average_and_both_are_told()
    {
        const auto model =
            weights::makeModel(*weights::readCheckpoint(std::filesystem::path(test::fixtureFile("averaged.pth"))), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->parameters.at("fc.bias").toFloats()[1], test::fixtureValue("fc.bias", 1));
        QCOMPARE(model->notes, std::vector<std::string>{
                                   "the network stands under 'model'; --weights takes another: 'model_ema.module'"});
    }

    void numpys_functions_are_named_in_one_note()
    {
        const auto checkpoint =
            weights::readCheckpoint(std::filesystem::path(test::fixtureFile("arrays-protocol2.pkl")));
        QVERIFY(checkpoint);
        QVERIFY(std::ranges::find(checkpoint->notes,
                                  "in Python this file would call NumPy to make arrays, which are read as data here: "
                                  "numpy.core.multiarray._reconstruct, numpy.ndarray, _codecs.encode, numpy.dtype") !=
                checkpoint->notes.end());
    }

    void missing_empty_and_strange_files_are_refused_in_one_sentence()
    {
        const auto error = [](const std::string &path) {
            const auto checkpoint = weights::readCheckpoint(std::filesystem::path(path));
            return checkpoint ? std::string() : checkpoint.error().message();
        };
        QCOMPARE(error("/nowhere/at.pth"), std::string("/nowhere/at.pth: there is no such file"));
        QVERIFY(error(QDir::tempPath().toStdString()).find("is a folder without a model") != std::string::npos);
        QFile empty(QDir::temp().filePath("reslens-empty.pth"));
        QVERIFY(empty.open(QFile::WriteOnly));
        empty.close();
        QVERIFY(error(empty.fileName().toStdString()).find("is empty (0 bytes)") != std::string::npos);
        QVERIFY(empty.remove());
        QVERIFY(error(std::string(RESLENS_SOURCE_DIR) + "/CMakeLists.txt").find("is not a checkpoint") !=
                std::string::npos);
        QVERIFY(test::readError("\x89PNG\r\n\x1a\n and more").find("is a PNG image") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TorchContainersTest)
#include "torch_containers_test.moc"
