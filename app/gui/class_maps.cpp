#include "gui/class_maps.h"

#include "analysis/class_map.h"
#include "analysis/integrated_gradients.h"
#include "analysis/ledger.h"
#include "analysis/occlusion.h"
#include "analysis/saliency.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace reslens::gui {

namespace {

using analysis::Job;
using session::Subject;

QString tr(const char *text)
{
    return QCoreApplication::translate("ClassMaps", text);
}

analysis::Question questionOf(const Subject &subject, const MapQuestion &asked)
{
    return {asked.objective, subject.scales()};
}

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
    const auto gradients = subject.gradients(asked.objective, job.stop);
    if (!gradients)
        return tl::unexpected(gradients.error());
    return analysis::gradCam(subject.run(), **gradients, asked.block).map([&](analysis::GradCam &&cam) {
        return ClassMap{std::move(cam.map), {}, nameOf(subject, asked.block), cam.complaint};
    });
}

Result<ClassMap> askCam(Subject &subject, const MapQuestion &asked, const Job &)
{
    return analysis::classActivationMap(subject.run(), asked.objective.target).map([&](analysis::Cam &&cam) {
        const std::string complaint = complaintAbout(cam.map);
        return ClassMap{
            std::move(cam.map),
            {},
            subject.network().blocks.back().name,
            complaint,
            cam.total.residual,
            tr("its mean and the bias are the logit, residual %1").arg(cam.total.residual.value, 0, 'e', 0)};
    });
}

Result<ClassMap> ofInput(Result<analysis::Saliency> saliency)
{
    return std::move(saliency).map([](analysis::Saliency &&made) {
        return ClassMap{std::move(made.map), {}, "the input", made.complaint};
    });
}

Result<ClassMap> askSaliency(Subject &subject, const MapQuestion &asked, const Job &job)
{
    return ofInput(analysis::inputSaliency(subject.executor(), subject.input(), questionOf(subject, asked), job));
}

Result<ClassMap> askSmoothGrad(Subject &subject, const MapQuestion &asked, const Job &job)
{
    return ofInput(analysis::smoothGrad(subject.executor(), subject.input(), {questionOf(subject, asked)}, job));
}

Result<ClassMap> askIntegratedGradients(Subject &subject, const MapQuestion &asked, const Job &job)
{
    analysis::IntegratedGradientsRequest request;
    request.question = questionOf(subject, asked);
    return analysis::integratedGradients(subject.executor(), subject.input(), request, job)
        .map([](analysis::IntegratedGradients &&made) {
            const std::string complaint = complaintAbout(made.map);
            return ClassMap{std::move(made.map),
                            {},
                            "the input",
                            complaint,
                            made.total.residual,
                            tr("sums to the change from grey, residual %1; uncertain by %2 %")
                                .arg(made.total.residual.value, 0, 'e', 0)
                                .arg(100 * made.uncertainty, 0, 'f', 0)};
        });
}

/// For every pixel, which of the squares that begin at `starts` has its middle nearest.
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
    return analysis::occlusion(subject.executor(), subject.input(), request, job).map([&](analysis::Occlusion &&made) {
        const std::vector<int> rows = nearestOf(made.tops, request.patch, input.h);
        const std::vector<int> columns = nearestOf(made.lefts, request.patch, input.w);
        Tensor shown({1, 1, input.h, input.w});
        for (int h = 0; h < input.h; ++h)
            for (int w = 0; w < input.w; ++w)
                shown.values[shown.index(0, 0, h, w)] = made.map(0, 0, rows[std::size_t(h)], columns[std::size_t(w)]);
        return ClassMap{std::move(made.map), std::move(shown), "the input", made.complaint};
    });
}

Result<ClassMap> askLedger(Subject &subject, const MapQuestion &asked, const Job &job)
{
    const bool isDifference = asked.objective.kind == nn::ObjectiveKind::LogitDifference;
    return analysis::ledgerOf(subject.run(), asked.objective.target, isDifference ? asked.objective.against : -1, job)
        .map([&](analysis::Ledger &&ledger) {
            analysis::LedgerEntry &entry = ledger.blocks[std::size_t(asked.block)];
            return ClassMap{std::move(entry.map), {}, entry.name, entry.complaint};
        });
}

} // namespace

const std::vector<ClassMapKind> &classMapKinds()
{
    static const std::vector<ClassMapKind> kinds{
        {"grad-cam", tr("Grad-CAM (selected block)"),
         tr("Where the block's channels are active that speak for the class (Selvaraju et al. 2017)"), false, true,
         Explains::Objective, askGradCam},
        {"cam", tr("CAM (last block)"),
         tr("What each place of the last block adds to the logit; their mean and the bias are the logit (Zhou et al. "
            "2016)"),
         true, false, Explains::TargetLogit, askCam},
        {"saliency", tr("Saliency"),
         tr("To which pixels the objective is most sensitive: the largest |gradient| of a colour (Simonyan et al. "
            "2013)"),
         false, false, Explains::Objective, askSaliency},
        {"smoothgrad", tr("SmoothGrad"),
         tr("Saliency, averaged over 25 noisy copies of the picture (Smilkov et al. 2017)"), false, false,
         Explains::Objective, askSmoothGrad},
        {"integrated-gradients", tr("Integrated gradients"),
         tr("The objective's change from an empty picture to this one, shared out over the pixels (Sundararajan et al. "
            "2017)"),
         true, false, Explains::Objective, askIntegratedGradients},
        {"occlusion", tr("Occlusion"),
         tr("How much the objective falls when a square there is covered (Zeiler, Fergus 2014)"), true, false,
         Explains::Objective, askOcclusion},
        {"ledger", tr("Block's share of the logit"),
         tr("What the block writes into the logit at each place: they sum to its bar in the ledger"), true, true,
         Explains::Logits, askLedger},
    };
    return kinds;
}

} // namespace reslens::gui
