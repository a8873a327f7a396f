#include "cli/inspection_json.h"

#include "cli/answer_parts.h"
#include "cli/numbers_json.h"

namespace reslens::cli {

namespace {

Json channelsJson(const std::vector<analysis::ChannelContribution> &channels)
{
    Json norms[3] = {Json::array(), Json::array(), Json::array()}, shares = Json::array(), roles = Json::array();
    constexpr const char *kRoles[] = {"dead", "skip", "mix", "overwrite"};
    for (const analysis::ChannelContribution &channel : channels) {
        norms[0].push_back(channel.s);
        norms[1].push_back(channel.F);
        norms[2].push_back(channel.u);
        shares.push_back(channel.branchShare.isDefined ? Json(channel.branchShare.value) : Json(nullptr));
        roles.push_back(kRoles[int(channel.role)]);
    }
    return {
        {"norm_s", norms[0]}, {"norm_F", norms[1]}, {"norm_u", norms[2]}, {"branch_share", shares}, {"role", roles}};
}

/// Returns every quantity of `needs` by its key.
Json numbersJson(study::Needs needs, const study::BlockFacts &facts)
{
    NumbersJson numbers;
    for (const study::Quantity *quantity : study::quantitiesOf(needs))
        numbers.add(*quantity, facts);
    if (needs == study::Needs::Forward)
        numbers.addComplaint(facts.forward->complaint);
    if (needs == study::Needs::Gradient)
        numbers.addComplaint(facts.gradient->complaint);
    Json json = numbers.json();
    if (needs == study::Needs::Forward && facts.forward->isDead)
        json["dead"] = true;
    return json;
}

Json blockAnswer(const Inspection &found, const nn::Model &model, int b, Detail detail)
{
    const std::size_t at = std::size_t(b);
    Json json = blockJson(model.network.blocks[at], found.trace().shapes());
    const study::BlockFacts facts{&found.contributions[at], &found.flow.blocks[at], found.contributions[at].scale};
    for (const study::Needs needs : {study::Needs::Scales, study::Needs::Forward, study::Needs::Gradient})
        if (needs != study::Needs::Scales || found.isScaled())
            json[study::sectionOf(needs)] = numbersJson(needs, facts);
    json["ledger"] = found.ledger ? Json(found.ledger->blocks[at].branch) : Json(nullptr);
    if (detail == Detail::Channels) {
        json["channels"] = channelsJson(found.contributions[at].channels);
        if (const auto groups = analysis::groupsOf(found.subject->run(), b))
            json["groups"] = groupsJson(*groups);
    }
    return json;
}

Json ledgerJson(const analysis::Ledger &ledger)
{
    NumbersJson numbers;
    numbers.add("bias", ledger.bias);
    numbers.add("stem", ledger.stem);
    numbers.add("projections", ledger.projections);
    numbers.add("sum", ledger.total.sum);
    numbers.add("logit", ledger.total.whole);
    numbers.add("residual", ledger.total.residual);
    Json json = numbers.json();
    json["head"] = ledger.headIsGradient ? "gradient" : "linear";
    return json;
}

Json pathsJson(const analysis::PathGradients &paths, Detail detail)
{
    NumbersJson numbers;
    numbers.add("residual", paths.residual);
    numbers.addComplaint(paths.complaint);
    Json json{{"norm", paths.norms}, {"log10_count", paths.log10Counts}};
    json.update(numbers.json());
    if (detail == Detail::Channels)
        json["gram"] = paths.gram;
    return json;
}

Json histogramJson(const analysis::LogHistogram &histogram)
{
    return {{"low", histogram.kLow},
            {"step", histogram.kStep},
            {"counts", histogram.counts},
            {"zeros", histogram.zeros},
            {"below", histogram.below},
            {"above", histogram.above},
            {"not_finite", histogram.notFinite}};
}

Json parameterJson(const analysis::ParameterGradient &parameter, Detail detail)
{
    NumbersJson numbers;
    numbers.add("norm", parameter.norm);
    numbers.add("grad_norm", parameter.gradientNorm);
    numbers.add("ratio", parameter.ratio);
    numbers.addComplaint(parameter.complaint);
    Json json{{"name", parameter.name}, {"shape", parameter.shape}};
    json.update(numbers.json());
    if (detail == Detail::Channels)
        json["histogram"] = histogramJson(parameter.histogram);
    return json;
}

Json objectiveJson(const Inspection &found, const nn::Model &model)
{
    const nn::ImageObjective &objective = found.flow.objective;
    Json json{{"kind", nn::wordsOf(found.objective.kind).id}, {"target", classJson(model, objective.target)}};
    if (objective.against >= 0)
        json["against"] = classJson(model, objective.against);
    json["value"] = objective.value;
    return json;
}

} // namespace

Json classJson(const nn::Model &model, int index)
{
    return {{"index", index}, {"label", model.labels[std::size_t(index)]}};
}

Json groupsJson(const analysis::GroupContributions &groups)
{
    const auto part = [](const analysis::GroupPart &p) {
        NumbersJson numbers;
        numbers.add("norm", p.norm);
        numbers.add("share", p.share);
        return numbers.json();
    };
    Json list = Json::array();
    for (const analysis::GroupPart &group : groups.groups)
        list.push_back(part(group));
    NumbersJson numbers;
    numbers.add("residual", groups.residual);
    Json json = numbers.json();
    json["bias"] = part(groups.bias);
    json["groups"] = list;
    return json;
}

Json inspectionJson(const Inspection &found, const nn::Model &model, Detail detail)
{
    Json blocks = Json::array(), responses = Json::array(), parameters = Json::array();
    for (int b = 0; b < int(model.network.blocks.size()); ++b)
        blocks.push_back(blockAnswer(found, model, b, detail));
    for (const analysis::Response &response : found.responses)
        responses.push_back(
            {{"convolution", response.convolution}, {"mean", response.mean}, {"deviation", response.deviation}});
    for (const analysis::ParameterGradient &parameter : found.parameters)
        parameters.push_back(parameterJson(parameter, detail));
    return {{"objective", objectiveJson(found, model)},
            {"blocks", blocks},
            {"ledger", found.ledger ? ledgerJson(*found.ledger) : Json(nullptr)},
            {"why_no_ledger", found.whyNoLedger.empty() ? Json(nullptr) : Json(found.whyNoLedger)},
            {"paths", found.paths ? pathsJson(*found.paths, detail) : Json(nullptr)},
            {"responses", responses},
            {"parameters", parameters},
            {"input_gradient_norm", found.flow.input.norm}};
}

} // namespace reslens::cli
