#include "session/scenario.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <charconv>
#include <cmath>

namespace reslens::session {

namespace {

constexpr qint64 kLargestFile = 1 << 20; // bytes; the deepest networks need a hundredth of it
constexpr int kVersion = 1;

/// Returns the shortest decimal number that reads as this float: 0.1, not 0.100000001490116.
double shortest(float value)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return QByteArray(text, end - text).toDouble();
}

Result<float> scaleIn(const QJsonObject &json, const char *key, const std::string &subject, const std::string &block)
{
    const QJsonValue value = json[QLatin1String(key)];
    if (value.isUndefined())
        return 1.0f;
    const double number = value.toDouble(std::nan(""));
    if (!(number >= nn::kSmallestScale &&
          number <= nn::kLargestScale)) // also rejects NaN and values that are not numbers
        return fail(ErrorKind::InvalidInput, subject,
                    std::string(key) + " of block " + block + " must be a number from " +
                        QByteArray::number(double(nn::kSmallestScale)).toStdString() + " to " +
                        QByteArray::number(double(nn::kLargestScale)).toStdString());
    return float(number);
}

Result<QJsonObject> scenarioObject(const QByteArray &json, const std::string &subject)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError)
        return fail(ErrorKind::Malformed, subject, "is not JSON: " + problem.errorString().toStdString(),
                    std::uint64_t(problem.offset));
    const QJsonObject object = document.object();
    if (object["format"].toString() != "reslens scenario")
        return fail(ErrorKind::Malformed, subject, "is no scenario: it lacks \"format\": \"reslens scenario\"");
    if (object["version"].toInt(-1) != kVersion)
        return fail(ErrorKind::Unsupported, subject,
                    "is a scenario of another version; this program reads version " + std::to_string(kVersion));
    if (!object["architecture"].isString() || !object["blocks"].isObject())
        return fail(ErrorKind::Malformed, subject, "a scenario needs an \"architecture\" and \"blocks\"");
    return object;
}

std::vector<nn::BlockScale> untouched(const nn::Network &network)
{
    return std::vector<nn::BlockScale>(network.blocks.size());
}

} // namespace

QJsonObject jsonOf(const nn::BlockScale &scale)
{
    return {{"alpha", shortest(scale.alpha)}, {"beta", shortest(scale.beta)}};
}

QJsonArray jsonOf(const std::vector<nn::BlockScale> &scales)
{
    QJsonArray list;
    for (const nn::BlockScale &scale : scales)
        list.append(jsonOf(scale));
    return list;
}

Result<nn::BlockScale> scaleFromJson(const QJsonValue &value, const std::string &subject, const std::string &block)
{
    const QJsonArray pair = value.toArray();
    const bool isPair = value.isArray() && pair.size() == 2;
    if (!value.isObject() && !isPair)
        return fail(ErrorKind::Malformed, subject, "block " + block + " needs {\"alpha\": …, \"beta\": …}");
    const QJsonObject scale = isPair ? QJsonObject{{"alpha", pair[0]}, {"beta", pair[1]}} : value.toObject();
    return nn::BlockScale{TRY(scaleIn(scale, "alpha", subject, block)), TRY(scaleIn(scale, "beta", subject, block))};
}

Scenario scenarioOf(std::string name, const nn::Network &network, const std::vector<nn::BlockScale> &scales)
{
    Scenario scenario{std::move(name), network.architecture.name, {}};
    for (std::size_t b = 0; b < network.blocks.size() && b < scales.size(); ++b)
        if (scales[b] != nn::BlockScale{})
            scenario.scales.emplace_back(network.blocks[b].name, scales[b]);
    return scenario;
}

static tl::unexpected<Error> noSuchBlock(const Scenario &scenario, const std::string &name, const nn::Network &network)
{
    return fail(ErrorKind::NotFound, scenario.name,
                "there is no block '" + name + "': " + network.architecture.name + " has " +
                    network.blocks.front().name + " to " + network.blocks.back().name);
}

Result<std::vector<nn::BlockScale>> scalesFor(const Scenario &scenario, const nn::Network &network)
{
    const std::string &ours = network.architecture.name;
    if (scenario.architecture != ours)
        return fail(ErrorKind::Mismatch, scenario.name,
                    "the scenario is for " + scenario.architecture + ", the model is " + ours);
    std::vector<nn::BlockScale> scales = untouched(network);
    for (const auto &[name, scale] : scenario.scales) {
        const std::optional<int> block = network.blockNamed(name);
        if (!block)
            return noSuchBlock(scenario, name, network);
        scales[std::size_t(*block)] = scale;
    }
    return scales;
}

QByteArray toJson(const Scenario &scenario)
{
    QJsonObject blocks;
    for (const auto &[name, scale] : scenario.scales)
        blocks[QString::fromStdString(name)] = jsonOf(scale);
    return QJsonDocument(QJsonObject{{"format", "reslens scenario"},
                                     {"version", kVersion},
                                     {"name", QString::fromStdString(scenario.name)},
                                     {"architecture", QString::fromStdString(scenario.architecture)},
                                     {"blocks", blocks}})
        .toJson();
}

Result<Scenario> scenarioFromJson(const QByteArray &json, const std::string &subject)
{
    const QJsonObject object = TRY(scenarioObject(json, subject));
    Scenario scenario{object["name"].toString().toStdString(), object["architecture"].toString().toStdString(), {}};
    if (scenario.name.empty())
        scenario.name = subject;
    const QJsonObject blocks = object["blocks"].toObject();
    for (auto entry = blocks.begin(); entry != blocks.end(); ++entry) {
        const std::string block = entry.key().toStdString();
        scenario.scales.emplace_back(block, TRY(scaleFromJson(entry.value(), subject, block)));
    }
    return scenario;
}

Result<Scenario> readScenario(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, path, "cannot be read: " + file.errorString().toStdString());
    const QByteArray json = file.read(kLargestFile + 1);
    if (json.size() > kLargestFile)
        return fail(ErrorKind::Limit, path, "is larger than a scenario can be (1 MiB)");
    return scenarioFromJson(json, path);
}

std::vector<nn::BlockScale> withoutBranchesAfter(const nn::Network &network, int block)
{
    std::vector<nn::BlockScale> scales = untouched(network);
    for (std::size_t b = std::size_t(block) + 1; b < scales.size(); ++b)
        scales[b].beta = 0;
    return scales;
}

std::vector<nn::BlockScale> withoutSkips(const nn::Network &network)
{
    return std::vector<nn::BlockScale>(network.blocks.size(), {0, 1});
}

std::vector<nn::BlockScale> withoutStage(const nn::Network &network, int stage)
{
    std::vector<nn::BlockScale> scales = untouched(network);
    for (std::size_t b = 0; b < scales.size(); ++b)
        if (network.blocks[b].stage == stage)
            scales[b].beta = 0;
    return scales;
}

} // namespace reslens::session
