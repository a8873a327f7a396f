#include "zoo/embedded.h"

#include "nn/architecture.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QResource>

#include <algorithm>
#include <sstream>
#include <tuple>

namespace reslens::zoo {

namespace {

using nlohmann::json;

constexpr std::string_view kSuffix = ".safetensors";

std::string metadataText(const weights::Checkpoint &checkpoint, const std::string &key)
{
    const auto found = checkpoint.metadata.find(key);
    return found == checkpoint.metadata.end() ? std::string() : found->second;
}

int depthOf(const nn::Architecture &architecture)
{
    int blocks = 0;
    for (const int depth : architecture.depths)
        blocks += depth;
    return blocks * (architecture.block == nn::BlockKind::Basic ? 2 : 3) + 2;
}

bool isPlain(const nn::Architecture &architecture)
{
    return architecture.shortcut == nn::ShortcutKind::None;
}

std::string describe(const nn::Architecture &architecture, const weights::Checkpoint &checkpoint)
{
    std::ostringstream text;
    text << depthOf(architecture) << " layers " << (isPlain(architecture) ? "without" : "with") << " shortcuts";
    const json training = json::parse(metadataText(checkpoint, "reslens.training"), nullptr, false);
    if (training.is_object() && training.contains("test_top1") && training["test_top1"].is_number()) {
        text.setf(std::ios::fixed);
        text.precision(1);
        text << "; " << 100 * training["test_top1"].get<double>() << " % of the test images right";
    }
    return text.str();
}

} // namespace

std::span<const std::byte> resourceBytes(const std::string &path)
{
    const QResource resource(QString::fromStdString(kResourceRoot + path));
    Q_ASSERT(resource.compressionAlgorithm() == QResource::NoCompression); // so data() is the file itself
    return {reinterpret_cast<const std::byte *>(resource.data()), std::size_t(resource.size())};
}

bool isEmbedded(std::string_view name)
{
    return !resourceBytes("models/" + std::string(name) + std::string(kSuffix)).empty();
}

Result<weights::Checkpoint> embeddedCheckpoint(const std::string &name)
{
    const std::span<const std::byte> bytes = resourceBytes("models/" + name + std::string(kSuffix));
    if (bytes.empty())
        return fail(ErrorKind::NotFound, name, "no such embedded model");
    return weights::readSafetensors(bytes, name); // the bytes live as long as the program, so they have no owner
}

std::vector<EmbeddedModel> embeddedModels()
{
    using Rank = std::tuple<bool, int, std::string>;
    std::vector<std::pair<Rank, EmbeddedModel>> ranked;
    for (const QString &file : QDir(QString(kResourceRoot) + "models").entryList({"*.safetensors"}, QDir::Files)) {
        EmbeddedModel model;
        model.name = file.chopped(qsizetype(kSuffix.size())).toStdString();
        const auto checkpoint = embeddedCheckpoint(model.name);
        if (!checkpoint)
            continue; // a test checks that every embedded file opens
        model.architecture = metadataText(*checkpoint, "reslens.architecture");
        const auto architecture = nn::architectureNamed(model.architecture).value_or(nn::Architecture{});
        model.title = (isPlain(architecture) ? "Plain-" : "ResNet-") + std::to_string(depthOf(architecture));
        if (const std::string dataset = metadataText(*checkpoint, "reslens.dataset"); !dataset.empty())
            model.title += " · " + dataset;
        model.description = describe(architecture, *checkpoint);
        ranked.push_back({{isPlain(architecture), depthOf(architecture), model.name}, std::move(model)});
    }
    std::ranges::sort(ranked, {}, &std::pair<Rank, EmbeddedModel>::first);
    std::vector<EmbeddedModel> models;
    for (auto &[rank, model] : ranked)
        models.push_back(std::move(model));
    return models;
}

std::vector<Sample> samples()
{
    constexpr std::pair<const char *, const char *> kTitles[] = {
        {"ship", "A cargo ship at sunset"},
        {"airplane", "An aeroplane in the sky"},
        {"automobile", "A red car on a country road"},
        {"truck", "A truck on the road"},
        {"frog", "A frog on mossy ground"},
        {"horse", "A horse on a meadow"},
    };
    std::vector<Sample> samples;
    for (const auto &[name, title] : kTitles)
        samples.push_back({name, title, kResourceRoot + ("samples/" + std::string(name)) + ".jpg"});
    return samples;
}

} // namespace reslens::zoo
