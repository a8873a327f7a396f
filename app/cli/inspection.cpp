#include "cli/inspection.h"

namespace reslens::cli {

Result<Inspection> inspectInput(nn::Executor &executor, InspectRequest request)
{
    const nn::Model &model = executor.model();
    auto trace = TRY(executor.trace(request.input, {.scales = request.scales}));
    // Every analysis of this picture asks about the predicted class.
    request.objective.target =
        TRY(nn::evaluate(request.objective, trace->forward().logits, trace->forward().activation)).images[0].target;
    Inspection found;
    found.objective = request.objective;
    found.subject = std::make_unique<study::Subject>(executor, std::move(request.input), std::move(request.scales),
                                                     std::move(trace));
    found.gradients = TRY(found.subject->gradients(found.objective, {}));
    const analysis::TracedRun run = found.subject->run();
    found.contributions = TRY(analysis::contributionsOf(run));
    found.responses = TRY(analysis::responsesOf(run));
    found.flow = TRY(analysis::gradientFlow(model.network, *found.gradients));
    found.parameters = TRY(analysis::parameterGradients(model, *found.gradients));
    if (!model.network.blocks.front().hasShortcut())
        return found;
    if (const auto relus = analysis::checkHasRelus(model.network, "the ledger"); !relus) {
        found.whyNoLedger = relus.error().message();
        return found;
    }
    // The ledger explains a logit, or the difference of two logits, whatever is differentiated above.
    found.ledger = TRY(analysis::ledgerOf(run, found.objective.target, found.objective.against));
    found.paths = TRY(analysis::pathGradients(run, found.objective));
    return found;
}

} // namespace reslens::cli
