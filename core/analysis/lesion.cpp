#include "analysis/lesion.h"

#include "analysis/numbers.h"
#include "nn/objective.h"

namespace reslens::analysis {

namespace {

Prediction predictionOf(const nn::Forward &forward, int index, const std::vector<std::string> &labels)
{
    const std::string label = index < int(labels.size()) ? labels[index] : "class " + std::to_string(index);
    return {index, label, forward.probabilities(0, index, 0, 0), forward.logits(0, index, 0, 0)};
}

Lesion compared(const nn::Forward &lesioned, const Prediction &intact, const std::vector<std::string> &labels)
{
    const Prediction target = predictionOf(lesioned, intact.index, labels);
    Lesion lesion;
    lesion.logitChange = double(target.logit) - intact.logit;
    lesion.probabilityChange = double(target.probability) - intact.probability;
    lesion.rank = rankOf(lesioned, 0, intact.index);
    lesion.top = topPredictions(lesioned, 0, labels, 1).front();
    lesion.complaint = complaintAbout({{"logit", target.logit}});
    return lesion;
}

} // namespace

Result<LesionStudy> lesionStudy(nn::Executor &executor, const Tensor &input, const LesionRequest &request,
                                const Job &job)
{
    const nn::Network &network = executor.model().network;
    const std::vector<std::string> &labels = executor.model().labels;
    TRY(checkOneImage(input));
    TRY(checkHasShortcuts(network, "branch to cut"));
    const std::vector<nn::BlockScale> scales = TRY(scalesForAll(network, request.scales));
    const auto trace = TRY(executor.trace(input, {.scales = scales, .stop = job.stop}));
    const nn::Forward intact = trace->forward();
    const auto objective =
        TRY(nn::evaluate({nn::ObjectiveKind::Logit, request.target}, intact.logits, intact.activation));

    LesionStudy study;
    study.target = objective.images[0].target;
    study.intact = predictionOf(intact, study.target, labels);
    study.intactRank = rankOf(intact, 0, study.target);
    // From the last block to the first: the blocks before the lesion are then always intact and need not run again.
    const int blockCount = int(network.blocks.size());
    study.blocks.resize(blockCount);
    for (int b = blockCount - 1; b >= 0; --b) {
        nn::RunOptions options{.scales = scales, .stop = job.stop};
        options.scales[b].beta = 0;
        const nn::Forward lesioned = TRY(executor.resume(*trace, b, options));
        study.blocks[b] = compared(lesioned, study.intact, labels);
        study.blocks[b].block = b;
        study.blocks[b].name = network.blocks[b].name;
        job.report(blockCount - b, blockCount);
    }
    return study;
}

} // namespace reslens::analysis
