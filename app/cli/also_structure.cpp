// The analyses of depth and of a block's inside: lens, sampled-paths, groups.
#include "analysis/groups.h"
#include "analysis/lens.h"
#include "analysis/sampled_paths.h"
#include "cli/also.h"
#include "cli/answer_parts.h"
#include "cli/inspection_json.h"
#include "cli/numbers_json.h"

namespace reslens::cli {

namespace {

Json withComplaint(Json json, const std::string &complaint)
{
    if (!complaint.empty())
        json["complaint"] = complaint;
    return json;
}

Json lengthJson(const analysis::PathLength &length)
{
    return withComplaint({{"length", length.length},
                          {"log10_count", length.log10Count},
                          {"samples", length.samples},
                          {"complete", length.isComplete},
                          {"mean", length.mean},
                          {"deviation", length.deviation},
                          {"smallest", length.smallest},
                          {"largest", length.largest}},
                         length.complaint);
}

} // namespace

Result<AlsoAnswer> alsoLens(const Inspection &found, std::uint64_t)
{
    const study::Subject &subject = *found.subject;
    const auto depths = TRY(analysis::skipLens(subject.executor(), subject.input(), {.scales = subject.scales()}));
    AlsoAnswer answer{Json::array(), "\nlens: what the network would answer without the branches behind\n", {}};
    for (const analysis::LensDepth &depth : depths) {
        answer.json.push_back(withComplaint({{"name", depth.name}, {"top", topJson(depth.top)}}, depth.complaint));
        const analysis::Prediction &top = depth.top.front();
        answer.text += QStringLiteral("%1%2  %3\n")
                           .arg(QString::fromStdString(depth.name).leftJustified(11),
                                percentText(double(top.probability)), QString::fromStdString(top.label));
    }
    return answer;
}

Result<AlsoAnswer> alsoSampledPaths(const Inspection &found, std::uint64_t seed)
{
    const analysis::SampledPathsRequest sampled{.objective = found.objective, .seed = seed};
    const auto paths = TRY(analysis::sampledPaths(found.subject->run(), sampled));
    Json lengths = Json::array();
    QString text = QStringLiteral("\ngradient at the stem's output through single paths of each length: mean of up to "
                                  "%1\n")
                       .arg(sampled.samplesPerLength);
    for (const analysis::PathLength &length : paths.lengths) {
        lengths.push_back(lengthJson(length));
        text += QStringLiteral("%1 branches %2\n").arg(length.length, 3).arg(length.mean, 9, 'g', 3);
    }
    return AlsoAnswer{
        {{"seed", seed}, {"samples_per_length", sampled.samplesPerLength}, {"lengths", lengths}}, text, {}};
}

Result<AlsoAnswer> alsoGroups(const Inspection &found, std::uint64_t)
{
    AlsoAnswer answer{Json::array(), "\ngroups: the largest share of F\n", {}};
    const std::vector<nn::Block> &blocks = found.subject->network().blocks;
    for (int b = 0; b < int(blocks.size()); ++b) {
        const auto groups = TRY(analysis::groupsOf(found.subject->run(), b));
        Json json{{"name", blocks[std::size_t(b)].name}};
        json.update(groupsJson(groups));
        answer.json.push_back(std::move(json));
        std::size_t largest = 0;
        for (std::size_t g = 1; g < groups.groups.size(); ++g)
            if (groups.groups[g].share.value > groups.groups[largest].share.value)
                largest = g;
        answer.text += QStringLiteral("%1group %2 of %3: %4\n")
                           .arg(QString::fromStdString(blocks[std::size_t(b)].name).leftJustified(11),
                                QString::number(largest), QString::number(groups.groups.size()),
                                QString::number(groups.groups[largest].share.value, 'f', 3));
    }
    return answer;
}

} // namespace reslens::cli
