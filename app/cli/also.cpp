#include "cli/also.h"

#include "cli/numbers_json.h"
#include "study/class_maps.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace reslens::cli {

namespace {

struct Also {
    std::string name; // as on the command line
    std::string meaning;
    bool isCheap; // runs without being asked for
    std::function<Result<AlsoAnswer>(const Inspection &found, std::uint64_t seed)> answer;
};

/// Returns the largest value and where it is: {"largest", "at": [row, column]}. --dump writes the whole map.
Json peakJson(const Tensor &map)
{
    const auto at = std::max_element(map.values.begin(), map.values.end());
    const int index = int(at - map.values.begin());
    return {{"largest", *at}, {"at", {index / map.shape.w, index % map.shape.w}}};
}

Json mapJson(const study::ClassMap &map)
{
    NumbersJson numbers;
    for (const study::MapFact &fact : map.facts)
        std::visit(
            [&](const auto &value) {
                if constexpr (std::is_same_v<std::decay_t<decltype(value)>, analysis::Ratio>)
                    numbers.add(fact.key, value);
                else
                    numbers.add(fact.key, Json(value));
            },
            fact.value);
    numbers.addComplaint(map.complaint);
    Json json = numbers.json();
    json.update(peakJson(map.map));
    return json;
}

QString mapText(const study::ClassMapKind &kind, const study::ClassMap &map)
{
    const Json peak = peakJson(map.map);
    const QString name = QString::fromStdString(kind.title).section(" (", 0, 0),
                  layer = kind.isOfBlock ? " at " + QString::fromStdString(map.layer) : QString(),
                  proof = map.proof.empty() ? QString() : "; " + QString::fromStdString(map.proof);
    return QStringLiteral("%1%2: largest %3 at row %4, column %5 of %6x%7%8\n")
        .arg(name, layer, QString::number(peak["largest"].get<double>(), 'g', 3),
             QString::number(peak["at"][0].get<int>()), QString::number(peak["at"][1].get<int>()),
             QString::number(map.map.shape.h), QString::number(map.map.shape.w), proof);
}

/// Computes one map, or one per block.
Result<AlsoAnswer> answerOf(const study::ClassMapKind &kind, const Inspection &found, std::uint64_t seed)
{
    AlsoAnswer answer;
    const std::vector<nn::Block> &blocks = found.subject->network().blocks;
    for (int b = 0; b < (kind.isOfBlock ? int(blocks.size()) : 1); ++b) {
        study::ClassMap map = TRY(kind.ask(*found.subject, {found.objective, b, seed}, {}));
        const std::string &name = blocks[std::size_t(b)].name;
        answer.text += mapText(kind, map);
        if (kind.isOfBlock) {
            Json json{{"name", name}};
            json.update(mapJson(map));
            answer.json.push_back(std::move(json));
        } else {
            answer.json = mapJson(map);
        }
        answer.tensors.emplace_back((kind.isOfBlock ? name + "." : "") + kind.file, std::move(map.map));
        std::ranges::move(map.tensors, std::back_inserter(answer.tensors));
    }
    return answer;
}

std::vector<Also> all()
{
    std::vector<Also> list{
        {"lens", "The answer at every depth", false, alsoLens},
        {"sampled-paths", "Gradients through single paths", false, alsoSampledPaths},
        {"groups", "The branch's parts in a ResNeXt", false, alsoGroups},
    };
    for (const study::ClassMapKind &kind : study::classMapKinds())
        if (!kind.file.empty())
            list.push_back({kind.id, kind.sentence, kind.isCheap, [&kind](const Inspection &found, std::uint64_t seed) {
                                return answerOf(kind, found, seed);
                            }});
    std::stable_partition(list.begin(), list.end(), [](const Also &also) { return also.isCheap; });
    return list;
}

/// Returns "sampled_paths" for "sampled-paths".
std::string keyOf(std::string name)
{
    std::ranges::replace(name, '-', '_');
    return name;
}

} // namespace

void addAlsoOptions(Arguments &arguments)
{
    QStringList meanings;
    for (const Also &also : all())
        meanings << "\n  " +
                        QString::fromStdString(also.name + (also.isCheap ? " (always given): " : ": ") + also.meaning);
    arguments.add({"also"}, "What else to find out, with commas between, or all:" + meanings.join(u';') + ".", "NAMES");
    arguments.add({"seed"}, "Of the random numbers of sampled-paths and smoothgrad.", "N", "1");
}

Result<void> checkAlsoOptions(const Arguments &arguments)
{
    QStringList known{"all"};
    for (const Also &also : all())
        known << QString::fromStdString(also.name);
    for (const QString &name : arguments.values("also"))
        if (!known.contains(name))
            return fail(ErrorKind::InvalidInput, {},
                        QStringLiteral("--also knows %1, not '%2'").arg(known.join(", "), name).toStdString());
    TRY(arguments.number("seed", 0, std::numeric_limits<int>::max()));
    return {};
}

Result<std::vector<AlsoFound>> alsoOf(const Arguments &arguments, const Inspection &inspection)
{
    const auto seed = std::uint64_t(TRY(arguments.number("seed", 0, std::numeric_limits<int>::max())));
    const QStringList wanted = arguments.values("also");
    std::vector<AlsoFound> found;
    for (const Also &also : all()) {
        const bool isNamed = wanted.contains(QString::fromStdString(also.name));
        if (!also.isCheap && !isNamed && !wanted.contains("all"))
            continue;
        auto answer = also.answer(inspection, seed);
        if (!answer && (isNamed || answer.error().kind != ErrorKind::Unsupported))
            return tl::unexpected(std::move(answer).error());
        found.push_back({keyOf(also.name), answer ? std::move(*answer) : AlsoAnswer()});
    }
    return found;
}

} // namespace reslens::cli
