// A name or a path is enough to get a model with class names and preprocessing. Unknown ones are explained.
#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "zoo/catalogue.h"
#include "zoo/embedded.h"
#include "zoo/labels.h"
#include "zoo/open_model.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace reslens;

namespace {

/// Makes a .safetensors file of generated weights: an 8-byte header length, JSON, the tensors one after another.
QByteArray safetensors(const nn::Architecture &architecture, const QJsonObject &metadata)
{
    QJsonObject header{{"__metadata__", metadata}};
    QByteArray values;
    for (const auto &[name, tensor] : nn::generateParameters(nn::buildNetwork(architecture))) {
        QJsonArray shape;
        for (const std::int64_t extent : tensor.shape)
            shape.append(qint64(extent));
        const qsizetype begin = values.size();
        values.append(reinterpret_cast<const char *>(tensor.bytes.data()), qsizetype(tensor.bytes.size()));
        header[QString::fromStdString(name)] =
            QJsonObject{{"dtype", "F32"}, {"shape", shape}, {"data_offsets", QJsonArray{begin, values.size()}}};
    }
    const QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    QByteArray length(8, '\0');
    qToLittleEndian(quint64(text.size()), length.data());
    return length + text + values;
}

nn::Architecture named(const char *name, int classes)
{
    nn::Architecture architecture = nn::architectureNamed(name).value();
    architecture.classes = classes;
    return architecture;
}

std::string problemOf(const Result<std::shared_ptr<const nn::Model>> &result)
{
    return result ? "(opened)" : result.error().message();
}

} // namespace

class OpenModelTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string written(const QString &name, const nn::Architecture &architecture, const QJsonObject &metadata = {})
    {
        QFile file(m_folder.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(safetensors(architecture, metadata));
        return file.fileName().toStdString();
    }

private slots:
    void a_bare_cifar_checkpoint_gets_assumed_preprocessing_and_numbered_classes()
    {
        const std::string path = written("mine.safetensors", named("resnet20", 7));
        const auto model = zoo::openModel(path);
        QVERIFY2(model, problemOf(model).c_str());
        QCOMPARE((*model)->name, std::string("mine.safetensors"));
        QCOMPARE((*model)->path, path);
        QCOMPARE((*model)->labels.size(), std::size_t(7));
        QCOMPARE((*model)->labels[6], std::string("class 6"));
        const nn::Preprocess &preprocess = (*model)->preprocess;
        QVERIFY(preprocess.isAssumed);
        QCOMPARE(preprocess.resize, 32);
        QCOMPARE(preprocess.crop, 32);
        QCOMPARE(preprocess.mean[0], 0.485f);
        QCOMPARE(preprocess.deviation[2], 0.225f);
    }

    void a_thousand_classes_are_imagenets()
    {
        const auto model = zoo::openModel(written("resnet18.safetensors", named("resnet18", 1000)));
        QVERIFY2(model, problemOf(model).c_str());
        QCOMPARE((*model)->labels, zoo::imagenetLabels());
        QVERIFY((*model)->preprocess.isAssumed);
        QCOMPARE((*model)->preprocess.resize, 256);
        QCOMPARE((*model)->preprocess.crop, 224);
    }

    void a_published_file_name_settles_the_preprocessing()
    {
        const nn::Preprocess v2 = zoo::defaultPreprocess(named("resnet50", 1000), "resnet50-11ad3fa6.pth");
        QVERIFY(!v2.isAssumed);
        QCOMPARE(v2.resize, 232);
        QCOMPARE(v2.source, std::string("torchvision IMAGENET1K_V2"));
        const nn::Preprocess v1 = zoo::defaultPreprocess(named("resnet50", 1000), "resnet50-0676ba61.pth");
        QVERIFY(!v1.isAssumed);
        QCOMPARE(v1.resize, 256);
        QVERIFY(zoo::defaultPreprocess(named("resnet18", 1000), "resnet50-11ad3fa6.pth").isAssumed); // wrong name
        QCOMPARE(zoo::defaultPreprocess(named("resnext101_64x4d", 1000), "my.pth").resize, 232);     // its only row
    }

    void metadata_settles_labels_and_preprocessing()
    {
        const QJsonObject metadata{
            {"reslens.classes", R"(["cat","dog"])"},
            {"reslens.preprocess", R"({"resize":40,"crop":32,"mean":[0.5,0.5,0.5],"std":[0.25,0.25,0.25]})"}};
        const auto model = zoo::openModel(written("pets.safetensors", named("resnet20", 2), metadata));
        QVERIFY2(model, problemOf(model).c_str());
        QCOMPARE((*model)->labels, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE((*model)->preprocess.resize, 40);
        QCOMPARE((*model)->preprocess.mean[1], 0.5f);
        QVERIFY(!(*model)->preprocess.isAssumed);
    }

    void given_labels_win_and_must_be_as_many_as_the_classes()
    {
        const std::string path = written("two.safetensors", named("resnet20", 2));
        const auto model = zoo::openModel(path, {{"", {"left", "right"}}, {}});
        QVERIFY2(model, problemOf(model).c_str());
        QCOMPARE((*model)->labels[1], std::string("right"));
        const auto refused = zoo::openModel(path, {{"", {"left", "right", "middle"}}, {}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Mismatch);
    }

    void an_absurd_crop_is_refused()
    {
        const QJsonObject metadata{
            {"reslens.preprocess", R"({"resize":9000,"crop":9000,"mean":[0,0,0],"std":[1,1,1]})"}};
        const std::string path = written("huge.safetensors", named("resnet20", 2), metadata);
        QCOMPARE(problemOf(zoo::openModel(path)), path + ": resize is 9000, expected 1 to 4096");
    }

    void preprocessing_given_by_a_person_is_checked()
    {
        nn::Preprocess preprocess;
        QVERIFY(zoo::checkPreprocess(preprocess, ""));
        preprocess.deviation[1] = 0;
        QCOMPARE(zoo::checkPreprocess(preprocess, "--std").error().message(),
                 std::string("--std: the deviation of a channel is not above zero"));
        preprocess = {};
        preprocess.crop = 4;
        QVERIFY(!zoo::checkPreprocess(preprocess, "--crop"));
        preprocess = {};
        preprocess.mean[0] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(!zoo::checkPreprocess(preprocess, "--mean"));
    }

    void a_file_that_is_not_there_is_named()
    {
        QCOMPARE(problemOf(zoo::openModel("/nowhere/net.pth")), std::string("/nowhere/net.pth: no such file"));
    }

    void a_published_architecture_that_is_not_here_says_which_file_it_wants()
    {
        const std::string problem = problemOf(zoo::openModel("resnet101"));
        QVERIFY2(problem.find("resnet101-63fe2227.pth") != std::string::npos, problem.c_str());
    }

    void an_unknown_name_is_answered_with_the_embedded_ones()
    {
        const std::string problem = problemOf(zoo::openModel("resnet2-cifar10"));
        QVERIFY2(problem.starts_with("resnet2-cifar10: no such model or file; embedded models are "), problem.c_str());
        for (const zoo::EmbeddedModel &model : zoo::embeddedModels())
            QVERIFY(problem.find(model.name) != std::string::npos);
    }

    void suggestions_are_near_the_name()
    {
        const std::vector<std::string> names{"resnet20-cifar10", "resnet56-cifar10", "plain20-cifar10"};
        QCOMPARE(zoo::suggestions("resnet20-cifar1", names),
                 (std::vector<std::string>{"resnet20-cifar10", "resnet56-cifar10"}));
        QCOMPARE(zoo::suggestions("plain", names), (std::vector<std::string>{"plain20-cifar10"}));
        QVERIFY(zoo::suggestions("vgg16", names).empty());
    }

    void every_embedded_model_opens_with_its_own_classes_and_preprocessing()
    {
        const std::vector<zoo::EmbeddedModel> models = zoo::embeddedModels();
        if (models.empty())
            QSKIP("no model has been trained into resources/models yet");
        for (const zoo::EmbeddedModel &embedded : models) {
            const auto model = zoo::openModel(embedded.name);
            QVERIFY2(model, problemOf(model).c_str());
            QCOMPARE((*model)->name, embedded.name);
            QVERIFY((*model)->path.empty());
            QCOMPARE((*model)->labels[8], std::string("ship"));
            QCOMPARE((*model)->preprocess.crop, 32);
            QVERIFY(!(*model)->preprocess.isAssumed);
            QCOMPARE((*model)->network.architecture.name, embedded.architecture);
        }
    }

    void the_real_imagenet_resnet50_gets_imagenets_names_and_preprocessing()
    {
        const QString path =
            qEnvironmentVariable("RESLENS_SHARED") + "/data/weights/resnet50-imagenet-8bit.safetensors";
        if (!QFile::exists(path))
            QSKIP("RESLENS_SHARED does not name the folder with the ResNet-50");
        const auto model = zoo::openModel(path.toStdString());
        QVERIFY2(model, problemOf(model).c_str());
        QCOMPARE((*model)->network.architecture.name, std::string("resnet50"));
        QCOMPARE((*model)->preprocess.resize, 256);
        QCOMPARE((*model)->preprocess.crop, 224);
        QCOMPARE((*model)->labels[7], std::string("cock"));
    }
};

QTEST_GUILESS_MAIN(OpenModelTest)
#include "open_model_test.moc"
