// A model may be a folder: Hugging Face's, in one file or in shards, or an archive of torch.save that somebody
// unpacked.
#include "weights/model_folder.h"

#include "weights/checkpoint_bytes.h"
#include "weights/model_from_checkpoint.h"
#include "weights/pickle_writer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

class Folder {
public:
    void write(const QString &name, const std::string &bytes) const
    {
        QDir(m_folder.path()).mkpath(QFileInfo(name).path());
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes.data(), qint64(bytes.size()));
    }
    std::filesystem::path path(const QString &name = {}) const
    {
        return (name.isEmpty() ? m_folder.path() : m_folder.filePath(name)).toStdString();
    }
    QString name() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

Result<nn::Model> opened(const std::filesystem::path &path)
{
    auto checkpoint = weights::readCheckpoint(path);
    if (!checkpoint)
        return tl::unexpected(checkpoint.error());
    return weights::makeModel(std::move(*checkpoint), {});
}

std::string problemOf(const std::filesystem::path &path)
{
    const auto model = opened(path);
    return model ? std::string() : model.error().message();
}

std::string message(const Result<nn::Model> &model)
{
    return model ? std::string() : model.error().message();
}

constexpr const char *kConfig = R"({"id2label": {"0": "cat", "1": "dog", "2": "fox"}, "model_type": "resnet"})";
constexpr const char *kProcessor = R"({"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
                                       "size": {"shortest_edge": 32}, "crop_pct": 0.8})";

/// Half of the small network's tensors each, and the index.
void writeShards(const Folder &folder)
{
    nn::Parameters halves[2];
    std::string map;
    int i = 0;
    for (const auto &[name, tensor] : smallParameters()) {
        halves[i].emplace(name, tensor);
        map += std::string(map.empty() ? "" : ", ") + "\"" + name + "\": \"model-0000" + char('1' + i) +
               "-of-00002.safetensors\"";
        i = 1 - i;
    }
    folder.write("model-00001-of-00002.safetensors", safetensorsFile(halves[0]));
    folder.write("model-00002-of-00002.safetensors", safetensorsFile(halves[1]));
    folder.write("model.safetensors.index.json", "{\"weight_map\": {" + map + "}}");
    folder.write("config.json", kConfig);
}

} // namespace

class ModelFolderTest : public QObject {
    Q_OBJECT

private slots:
    void a_folder_and_the_file_in_it_give_the_same_model()
    {
        const Folder folder;
        folder.write("model.safetensors", safetensorsFile(smallParameters()));
        folder.write("config.json", kConfig);
        folder.write("preprocessor_config.json", kProcessor);
        for (const auto &path : {folder.path(), folder.path("model.safetensors")}) {
            const auto model = opened(path);
            QVERIFY2(model, message(model).c_str());
            QCOMPARE(model->labels, (std::vector<std::string>{"cat", "dog", "fox"}));
            QCOMPARE(model->preprocess.resize, 40);
            QCOMPARE(model->preprocess.crop, 32);
            QCOMPARE(model->preprocess.mean[0], 0.5f);
            QCOMPARE(model->parameters.at("fc.bias").toFloats(), smallParameters().at("fc.bias").toFloats());
        }
    }

    void a_file_of_another_name_is_read_alone()
    {
        const Folder folder;
        folder.write("mine.safetensors", safetensorsFile(smallParameters()));
        folder.write("config.json", kConfig);
        QVERIFY(opened(folder.path("mine.safetensors"))->labels.empty());
        QCOMPARE(opened(folder.path())->labels.size(), std::size_t(3)); // the folder's only weights
    }

    void shards_are_one_model_from_wherever_they_are_opened()
    {
        const Folder folder;
        writeShards(folder);
        for (const auto &path : {folder.path(), folder.path("model.safetensors.index.json"),
                                 folder.path("model-00002-of-00002.safetensors")}) {
            const auto model = opened(path);
            QVERIFY2(model, message(model).c_str());
            QCOMPARE(model->parameters.size(), smallParameters().size());
            QCOMPARE(model->labels.front(), std::string("cat"));
        }
    }

    void shards_that_are_not_as_their_index_says_are_refused()
    {
        const Folder folder;
        writeShards(folder);
        const QString index = "model.safetensors.index.json";
        const auto problem = [&](const std::string &text) {
            folder.write(index, text);
            return QString::fromStdString(problemOf(folder.path()));
        };
        QVERIFY(problem("[]").contains("it has no 'weight_map'"));
        QVERIFY(problem("{\"weight_map\": {}}").contains("names no shard"));
        QVERIFY(problem("{\"weight_map\": {\"w\": \"../x.safetensors\"}}").contains("in the same folder"));
        QVERIFY(problem("{\"weight_map\": {\"w\": \"/etc/x.bin\"}}").contains("in the same folder"));
        QVERIFY(problem("{\"weight_map\": {\"w\": \"none.bin\"}}").contains("no such file"));
        QVERIFY(problem("{\"weight_map\": {\"w\": \"model-00001-of-00002.safetensors\"}}")
                    .contains("has no tensor 'w', which the index says"));
        folder.write("copy.safetensors", safetensorsFile(smallParameters()));
        QVERIFY(problem("{\"weight_map\": {\"bn1.bias\": \"copy.safetensors\", \"bn1.weight\": \"copy2.safetensors\"}}")
                    .contains("no such file"));
    }

    void shards_are_counted()
    {
        const Folder folder;
        const auto problem = [&](std::size_t count) {
            std::string map;
            for (std::size_t i = 0; i < count; ++i)
                map += std::string(i ? "," : "") + "\"" + std::to_string(i) + "\": \"" + std::to_string(i) + ".bin\"";
            folder.write("model.safetensors.index.json", "{\"weight_map\": {" + map + "}}");
            return QString::fromStdString(problemOf(folder.path()));
        };
        QVERIFY(problem(weights::kMaxShards).contains("no such file")); // the first shard
        QVERIFY(problem(weights::kMaxShards + 1).contains("names more than 128 shards"));
    }

    void a_configuration_is_read_up_to_its_limit()
    {
        const Folder folder;
        const auto size = [&](std::uint64_t bytes) {
            folder.write("x.json", std::string(bytes, ' '));
            return weights::smallFile(folder.path("x.json"));
        };
        QVERIFY(size(weights::kMaxConfigBytes));
        QCOMPARE(size(weights::kMaxConfigBytes + 1).error().kind, ErrorKind::Limit);
    }

    void a_damaged_configuration_is_told_and_not_used()
    {
        const Folder folder;
        folder.write("model.safetensors", safetensorsFile(smallParameters()));
        for (const std::string &text : {std::string("{"), std::string("[1]"), std::string(100'000, '[')}) {
            folder.write("config.json", text);
            QCOMPARE(opened(folder.path())->notes,
                     std::vector<std::string>{"config.json is not used: it is no JSON object"});
        }
        folder.write("config.json", R"({"hidden_act": "silu"})");
        QVERIFY(problemOf(folder.path()).find("its activation is 'silu' by config.json") != std::string::npos);
    }

    void a_folder_without_a_model_is_refused()
    {
        const Folder folder;
        QVERIFY(!weights::isModelFolder(folder.path()));
        QVERIFY(problemOf(folder.path()).find("is a folder without a model") != std::string::npos);
    }

    void an_unpacked_archive_opens()
    {
        const Folder folder;
        const PickleWriter tensor = PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1});
        folder.write("net/data.pkl", dictOf(tensor));
        folder.write("net/data/0", littleEndian(2.5f));
        for (const auto &path : {folder.path("net"), folder.path()}) {
            QVERIFY(weights::isModelFolder(path));
            const auto checkpoint = weights::readCheckpoint(path);
            QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
            QCOMPARE(checkpoint->tensors.at("w").toFloats(), std::vector<float>{2.5f});
        }
        folder.write("net/data/0", "abc");
        QVERIFY(problemOf(folder.path("net")).find("has 3 bytes; 1 elements of torch.FloatStorage") !=
                std::string::npos);
    }

    void an_unpacked_archive_reads_nothing_outside_of_its_folder()
    {
        const Folder folder;
        folder.write("secret", littleEndian(2.5f));
        for (const char *key : {"../../secret", "..", ""}) {
            folder.write("net/data.pkl", dictOf(PickleWriter().tensor("FloatStorage", key, 1, 0, {1}, {1})));
            QVERIFY(problemOf(folder.path("net")).find("leads out of the folder") != std::string::npos);
        }
        folder.write("net/data/x", "");
        QFile::remove(folder.name() + "/net/data/x");
        QVERIFY(QFile::link(folder.name() + "/secret", folder.name() + "/net/data/x"));
        folder.write("net/data.pkl", dictOf(PickleWriter().tensor("FloatStorage", "x", 1, 0, {1}, {1})));
        QVERIFY(problemOf(folder.path("net")).find("is no regular file") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(ModelFolderTest)
#include "model_folder_test.moc"
