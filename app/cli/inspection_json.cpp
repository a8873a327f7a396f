#include "cli/inspection_json.h"

#include "cli/block_json.h"
#include "cli/numbers_json.h"
#include "cli/objective_options.h"

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

Json forwardJson(const analysis::BlockContribution &block)
{
    NumbersJson numbers;
    for (const auto &[name, magnitude] :
         {std::pair{"x", block.x}, {"s", block.s}, {"F", block.F}, {"u", block.u}, {"y", block.y}})
        numbers.add(name, magnitude);
    numbers.add("skip_share", block.skipShare);
    numbers.add("branch_share", block.branchShare);
    numbers.add("residual_ratio", block.residualRatio);
    numbers.add("alignment", block.alignment);
    numbers.add("refinement", block.refinement);
    numbers.add("clipped", block.clippedShare);
    numbers.add("clipped_energy", block.clippedEnergy);
    if (block.hasThreeWays) {
        numbers.add("norm_write", block.write);
        numbers.add("norm_erase", block.erase);
        numbers.add("norm_kill", block.kill);
    }
    numbers.addComplaint(block.complaint);
    Json json = numbers.json();
    if (block.isDead)
        json["dead"] = true;
    return json;
}

Json gradientJson(const analysis::BlockFlow &flow)
{
    NumbersJson numbers;
    for (const auto &[name, magnitude] : {std::pair{"gy", flow.gy}, {"gs", flow.gs}, {"gF", flow.gF}, {"gx", flow.gx}})
        numbers.add(name, magnitude);
    numbers.add("skip_share", flow.skipShare);
    numbers.add("branch_share", flow.branchShare);
    numbers.add("gain", flow.gain);
    numbers.add("rms_gain", flow.rmsGain);
    numbers.add("angle", flow.angle);
    numbers.addComplaint(flow.complaint);
    return numbers.json();
}

Json blockAnswer(const Inspection &found, const nn::Model &model, int b, Detail detail)
{
    const std::size_t at = std::size_t(b);
    Json json = blockJson(model.network.blocks[at], found.trace->shapes());
    if (!found.scales.empty())
        json["scale"] = {{"alpha", found.scales[at].alpha}, {"beta", found.scales[at].beta}};
    json["forward"] = forwardJson(found.contributions[at]);
    json["gradient"] = gradientJson(found.flow.blocks[at]);
    json["ledger"] = found.ledger ? Json(found.ledger->blocks[at].branch) : Json(nullptr);
    if (detail == Detail::Channels) {
        json["channels"] = channelsJson(found.contributions[at].channels);
        if (const auto groups = analysis::groupsOf({model, *found.trace, found.scales}, b))
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
    return numbers.json();
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
    Json json{{"kind", shortName(found.objective.kind)}, {"target", classJson(model, objective.target)}};
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
            {"paths", found.paths ? pathsJson(*found.paths, detail) : Json(nullptr)},
            {"responses", responses},
            {"parameters", parameters},
            {"input_gradient_norm", found.flow.input.norm}};
}

} // namespace reslens::cli
