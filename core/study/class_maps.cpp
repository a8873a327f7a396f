#include "study/class_maps.h"

#include "analysis/class_map.h"
#include "analysis/integrated_gradients.h"
#include "analysis/ledger.h"
#include "analysis/occlusion.h"
#include "analysis/saliency.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace reslens::study {

namespace {

using analysis::Job;

/// "1e-07"
std::string shortText(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.0e", value);
    return text;
}

analysis::Question questionOf(const Subject &subject, const MapQuestion &asked)
{
    return {asked.objective, subject.scales()};
}

constexpr const char *kInput = "the input";

std::string nameOf(const Subject &subject, int block)
{
    return subject.network().blocks[std::size_t(block)].name;
}

std::string complaintAbout(const Tensor &map)
{
    return std::ranges::all_of(map.values, [](float value) { return std::isfinite(value); }) ? "" : "not finite: map";
}

Result<ClassMap> askGradCam(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const nn::Gradients *gradients = TRY(subject.gradients(asked.objective, job.stop));
    analysis::GradCam cam = TRY(analysis::gradCam(subject.run(), *gradients, asked.block));
    return ClassMap{.map = std::move(cam.map),
                    .layer = nameOf(subject, asked.block),
                    .complaint = cam.complaint,
                    .facts = {{"empty", cam.isEmpty}}};
}

Result<ClassMap> askCam(Subject &subject, const MapQuestion &asked, const Job &)
{
    analysis::Cam cam = TRY(analysis::classActivationMap(subject.run(), asked.objective.target));
    const std::string complaint = complaintAbout(cam.map);
    const analysis::Completeness &total = cam.total;
    return ClassMap{
        .map = std::move(cam.map),
        .layer = subject.network().blocks.back().name,
        .complaint = complaint,
        .residual = total.residual,
        .proof = "its mean and the bias are the logit, residual " + shortText(total.residual.value),
        .facts = {{"bias", cam.bias}, {"sum", total.sum}, {"logit", total.whole}, {"residual", total.residual}}};
}

Result<ClassMap> askSaliency(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const nn::Gradients *gradients = TRY(subject.gradients(asked.objective, job.stop));
    analysis::Saliency made = analysis::saliencyOf(gradients->objectives()[0], TRY(gradients->ofInput()));
    return ClassMap{.map = std::move(made.map), .layer = kInput, .complaint = made.complaint};
}

Result<ClassMap> askSmoothGrad(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const analysis::SmoothGradRequest request{.question = questionOf(subject, asked), .seed = asked.seed};
    analysis::Saliency made = TRY(analysis::smoothGrad(subject.executor(), subject.input(), request, job));
    ClassMap map{.map = std::move(made.map), .layer = kInput, .complaint = made.complaint};
    map.facts = {{"samples", request.samples}, {"noise", request.noise}, {"seed", int(request.seed)}};
    map.tensors.emplace_back("smoothgrad_gradient", std::move(made.gradient));
    return map;
}

Result<ClassMap> askIntegratedGradients(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const analysis::IntegratedGradientsRequest request{.question = questionOf(subject, asked)};
    auto made = TRY(analysis::integratedGradients(subject.executor(), subject.input(), request, job));
    const analysis::Completeness &total = made.total;
    ClassMap map{.map = std::move(made.map), .layer = kInput, .complaint = made.complaint, .residual = total.residual};
    map.proof = "sums to the change from grey, residual " + shortText(total.residual.value) + "; uncertain by " +
                std::to_string(std::lround(100 * made.uncertainty)) + " %";
    map.facts = {{"baseline", made.baselineValue},  {"sum", total.sum},
                 {"change", total.whole},           {"residual", total.residual},
                 {"unexplained", made.unexplained}, {"uncertainty", made.uncertainty},
                 {"passes", made.passes},           {"within_tolerance", made.isWithinTolerance}};
    map.tensors.emplace_back("integrated_gradients", std::move(made.attribution));
    return map;
}

/// For every pixel, the index of the square with the nearest middle; the squares begin at `starts`.
std::vector<int> nearestOf(const std::vector<int> &starts, int patch, int pixels)
{
    std::vector<int> nearest(std::size_t(pixels), 0);
    for (int pixel = 0; pixel < pixels; ++pixel)
        for (int i = 1; i < int(starts.size()); ++i) {
            int &best = nearest[std::size_t(pixel)];
            const auto distance = [&](int square) {
                return std::abs(2 * starts[std::size_t(square)] + patch - 2 * pixel - 1);
            };
            if (distance(i) < distance(best))
                best = i;
        }
    return nearest;
}

Result<ClassMap> askOcclusion(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const Shape &input = subject.input().shape;
    const analysis::OcclusionRequest request = usualOcclusion(questionOf(subject, asked), input);
    analysis::Occlusion made = TRY(analysis::occlusion(subject.executor(), subject.input(), request, job));
    const std::vector<int> rows = nearestOf(made.tops, request.patch, input.h);
    const std::vector<int> columns = nearestOf(made.lefts, request.patch, input.w);
    ClassMap map{.shown = Tensor({1, 1, input.h, input.w}), .layer = kInput, .complaint = made.complaint};
    for (int h = 0; h < input.h; ++h)
        for (int w = 0; w < input.w; ++w)
            map.shown.values[map.shown.index(0, 0, h, w)] =
                made.map(0, 0, rows[std::size_t(h)], columns[std::size_t(w)]);
    map.facts = {{"patch", request.patch}, {"stride", request.stride}, {"tops", made.tops}, {"lefts", made.lefts}};
    map.map = std::move(made.map);
    return map;
}

Result<ClassMap> askLedger(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const bool isDifference = asked.objective.kind == nn::ObjectiveKind::LogitDifference;
    analysis::Ledger ledger = TRY(
        analysis::ledgerOf(subject.run(), asked.objective.target, isDifference ? asked.objective.against : -1, job));
    analysis::LedgerEntry &entry = ledger.blocks[std::size_t(asked.block)];
    return ClassMap{.map = std::move(entry.map), .layer = entry.name, .complaint = entry.complaint};
}

} // namespace

const std::vector<ClassMapKind> &classMapKinds()
{
    static const std::vector<ClassMapKind> kinds{
        {"grad-cam", "Grad-CAM (selected block)",
         "Where the block's channels are active that speak for the class (Selvaraju et al. 2017)", "grad_cam", false,
         true, false, Explains::Objective, askGradCam},
        {"cam", "CAM (last block)",
         "What each place of the last block adds to the logit; their mean and the bias are the logit (Zhou et al. "
         "2016)",
         "cam", true, false, true, Explains::TargetLogit, askCam},
        {"saliency", "Saliency",
         "To which pixels the objective is most sensitive: the largest |gradient| of a colour (Simonyan et al. 2013)",
         "saliency", false, false, true, Explains::Objective, askSaliency},
        {"smoothgrad", "SmoothGrad", "Saliency, averaged over 25 noisy copies of the picture (Smilkov et al. 2017)",
         "smoothgrad", false, false, false, Explains::Objective, askSmoothGrad},
        {"integrated-gradients", "Integrated gradients",
         "The objective's change from an empty picture to this one, shared out over the pixels (Sundararajan et al. "
         "2017)",
         "integrated_gradients_map", true, false, false, Explains::Objective, askIntegratedGradients},
        {"occlusion", "Occlusion", "How much the objective falls when a square there is covered (Zeiler, Fergus 2014)",
         "occlusion", true, false, false, Explains::Objective, askOcclusion},
        {"ledger", "Block's share of the logit",
         "What the block writes into the logit at each place: they sum to its bar in the ledger", "", true, true, true,
         Explains::Logits, askLedger},
    };
    return kinds;
}

} // namespace reslens::study
