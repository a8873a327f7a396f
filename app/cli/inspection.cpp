#include "cli/inspection.h"

namespace reslens::cli {

namespace {

/// Moves a result's value to `to`; false where there is none, with the error in `error`.
template <typename T, typename To>
bool take(Result<T> &&result, To &to, Error &error)
{
    if (result)
        to = std::move(*result);
    else
        error = result.error();
    return result.has_value();
}

} // namespace

Result<Inspection> inspectInput(nn::Executor &executor, const InspectRequest &request)
{
    const nn::Model &model = executor.model();
    Inspection found;
    found.objective = request.objective;
    found.scales = request.scales;
    nn::RunOptions options;
    options.scales = request.scales;
    Error error;
    if (!take(executor.trace(request.input, options), found.trace, error) ||
        !take(nn::backward(*found.trace, request.objective, {}), found.gradients, error))
        return tl::unexpected(error);
    const analysis::TracedRun run{model, *found.trace, request.scales};
    if (!take(analysis::contributionsOf(run), found.contributions, error) ||
        !take(analysis::responsesOf(run), found.responses, error) ||
        !take(analysis::gradientFlow(model.network, *found.gradients), found.flow, error) ||
        !take(analysis::parameterGradients(model, *found.gradients), found.parameters, error))
        return tl::unexpected(error);
    if (!model.network.blocks.front().hasShortcut())
        return found;
    // The ledger speaks of a logit, or of two logits' difference, whatever is differentiated above.
    const nn::ImageObjective &classes = found.flow.objective;
    if (!take(analysis::ledgerOf(run, classes.target, classes.against), found.ledger, error) ||
        !take(analysis::pathGradients(run, request.objective), found.paths, error))
        return tl::unexpected(error);
    return found;
}

} // namespace reslens::cli
