// cam, grad-cam, saliency, smoothgrad, integrated-gradients, occlusion: maps that say where.
#include "analysis/class_map.h"
#include "analysis/integrated_gradients.h"
#include "analysis/occlusion.h"
#include "analysis/saliency.h"
#include "cli/also_analyses.h"
#include "cli/numbers_json.h"

#include <algorithm>

namespace reslens::cli {

namespace {

/// Where a map is largest.
struct Peak {
    float value;
    int row, column;
};

Peak peakOf(const Tensor &map)
{
    const auto at = std::max_element(map.values.begin(), map.values.end());
    const int index = int(at - map.values.begin());
    return {*at, index / map.shape.w, index % map.shape.w};
}

/// {"largest", "at": [row, column]} of a map that --dump writes whole.
Json peakJson(const Tensor &map)
{
    const Peak peak = peakOf(map);
    return {{"largest", peak.value}, {"at", {peak.row, peak.column}}};
}

QString peakText(const char *what, const Tensor &map)
{
    const Peak peak = peakOf(map);
    return QStringLiteral("%1: largest %2 at row %3, column %4 of %5x%6\n")
        .arg(what)
        .arg(double(peak.value), 0, 'g', 3)
        .arg(peak.row)
        .arg(peak.column)
        .arg(map.shape.h)
        .arg(map.shape.w);
}

AlsoAnswer saliencyAnswer(const char *name, const char *what, analysis::Saliency saliency)
{
    Json json = peakJson(saliency.map);
    if (!saliency.complaint.empty())
        json["complaint"] = saliency.complaint;
    return {std::move(json), peakText(what, saliency.map), {{name, std::move(saliency.map)}}};
}

} // namespace

Result<AlsoAnswer> alsoCam(const AlsoRequest &request)
{
    return analysis::classActivationMap(request.run(), request.found.flow.objective.target)
        .map([](analysis::Cam &&cam) {
            NumbersJson numbers;
            numbers.add("bias", cam.bias);
            numbers.add("sum", cam.total.sum);
            numbers.add("logit", cam.total.whole);
            numbers.add("residual", cam.total.residual);
            Json json = numbers.json();
            json.update(peakJson(cam.map));
            return AlsoAnswer{std::move(json), "\n" + peakText("CAM", cam.map), {{"cam", std::move(cam.map)}}};
        });
}

Result<AlsoAnswer> alsoGradCam(const AlsoRequest &request)
{
    AlsoAnswer answer{Json::array(), "\n", {}};
    const std::vector<nn::Block> &blocks = request.executor.model().network.blocks;
    for (int b = 0; b < int(blocks.size()); ++b) {
        auto cam = analysis::gradCam(request.run(), *request.found.gradients, b);
        if (!cam)
            return tl::unexpected(cam.error());
        const std::string &name = blocks[std::size_t(b)].name;
        Json json{{"name", name}, {"empty", cam->isEmpty}};
        json.update(peakJson(cam->map));
        if (!cam->complaint.empty())
            json["complaint"] = cam->complaint;
        answer.json.push_back(std::move(json));
        answer.text += peakText(("Grad-CAM at " + name).c_str(), cam->map);
        answer.tensors.emplace_back(name + ".grad_cam", std::move(cam->map));
    }
    return answer;
}

Result<AlsoAnswer> alsoSaliency(const AlsoRequest &request)
{
    return request.found.gradients->ofInput().map([&](Tensor &&gradient) {
        return saliencyAnswer("saliency", "saliency",
                              analysis::saliencyOf(request.found.flow.objective, std::move(gradient)));
    });
}

Result<AlsoAnswer> alsoSmoothGrad(const AlsoRequest &request)
{
    const analysis::SmoothGradRequest smooth{.question = request.question(), .seed = request.seed};
    return analysis::smoothGrad(request.executor, request.asked.input, smooth).map([&](analysis::Saliency &&saliency) {
        Tensor gradient = saliency.gradient;
        AlsoAnswer answer = saliencyAnswer("smoothgrad", "SmoothGrad", std::move(saliency));
        answer.json.update({{"samples", smooth.samples}, {"noise", smooth.noise}, {"seed", smooth.seed}});
        answer.tensors.emplace_back("smoothgrad_gradient", std::move(gradient));
        return answer;
    });
}

Result<AlsoAnswer> alsoIntegratedGradients(const AlsoRequest &request)
{
    const analysis::IntegratedGradientsRequest asked{.question = request.question()};
    auto found = analysis::integratedGradients(request.executor, request.asked.input, asked);
    if (!found)
        return tl::unexpected(found.error());
    NumbersJson numbers;
    numbers.add("baseline", found->baselineValue);
    numbers.add("sum", found->total.sum);
    numbers.add("change", found->total.whole);
    numbers.add("residual", found->total.residual);
    numbers.add("unexplained", found->unexplained);
    numbers.add("uncertainty", found->uncertainty);
    numbers.addComplaint(found->complaint);
    AlsoAnswer answer{numbers.json(), {}, {}};
    answer.json["passes"] = found->passes;
    answer.json["within_tolerance"] = found->isWithinTolerance;
    answer.json.update(peakJson(found->map));
    answer.text = QStringLiteral("integrated gradients: J changes by %1 from the baseline; certain to %2 % after %3 "
                                 "passes\n")
                      .arg(found->total.whole, 0, 'g', 4)
                      .arg(100 * found->uncertainty, 0, 'f', 1)
                      .arg(found->passes);
    answer.tensors.emplace_back("integrated_gradients", std::move(found->attribution));
    answer.tensors.emplace_back("integrated_gradients_map", std::move(found->map));
    return answer;
}

Result<AlsoAnswer> alsoOcclusion(const AlsoRequest &request)
{
    const analysis::OcclusionRequest asked = usualOcclusion(request.question(), request.asked.input.shape);
    return analysis::occlusion(request.executor, request.asked.input, asked).map([&](analysis::Occlusion &&found) {
        Json json{{"patch", asked.patch}, {"stride", asked.stride}, {"tops", found.tops}, {"lefts", found.lefts}};
        json.update(peakJson(found.map));
        if (!found.complaint.empty())
            json["complaint"] = found.complaint;
        return AlsoAnswer{std::move(json), peakText("occlusion", found.map), {{"occlusion", std::move(found.map)}}};
    });
}

} // namespace reslens::cli
