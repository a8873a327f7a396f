// reslens-cli inspect: one picture, every residual block, and the tensors themselves as .npy files.
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/inspection_json.h"
#include "cli/inspection_text.h"
#include "cli/model_choice.h"
#include "cli/objective_options.h"
#include "cli/prediction_json.h"
#include "cli/scale_option.h"

namespace reslens::cli {

namespace {

constexpr int kTop = 5; // classes in the answer

Json answerJson(const nn::Executor &executor, const Inspection &found, Detail detail)
{
    const nn::Model &model = executor.model();
    const nn::Forward &forward = found.trace->forward();
    Json answer{{"model", model.name},
                {"device", executor.device().name},
                {"top", topJson(analysis::topPredictions(forward, 0, model.labels, kTop))},
                {"ms", forward.wallMs}};
    answer.update(inspectionJson(found, model, detail));
    return answer;
}

/// The usage error of any option, or nothing.
Result<void> checkOptions(const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return fail(ErrorKind::InvalidInput, {}, "needs one IMAGE");
    if (const auto checked = preprocessOf(arguments, {}); !checked)
        return tl::unexpected(checked.error());
    if (const auto checked = checkObjectiveOptions(arguments); !checked)
        return checked;
    return checkScaleOption(arguments);
}

Result<InspectRequest> requestOf(const Arguments &arguments, const nn::Model &model, Tensor input)
{
    InspectRequest request{std::move(input), {}, {}};
    auto objective = objectiveOf(arguments, model);
    if (!objective)
        return tl::unexpected(objective.error());
    request.objective = *objective;
    auto scales = scalesOf(arguments, model.network);
    if (!scales)
        return tl::unexpected(scales.error());
    request.scales = std::move(*scales);
    return request;
}

} // namespace

int inspect(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE");
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addObjectiveOptions(arguments);
    addScaleOption(arguments);
    arguments.add({"details"}, "In JSON also every channel, every group of a ResNeXt, and histograms of gradients.");
    arguments.add({"dump"}, "Write every block's tensors and gradients, and those of the parameters, to this folder.",
                  "DIR");
    if (const auto over = arguments.parse(given))
        return *over;
    if (const auto checked = checkOptions(arguments); !checked)
        return arguments.wrong(checked.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const nn::Preprocess how = *preprocessOf(arguments, (*model)->preprocess);
    noteAssumption(arguments, how);
    const QString path = arguments.positional().front();
    auto input = readSingleInput(path, how);
    if (!input)
        return failed(input.error());
    const auto request = requestOf(arguments, **model, std::move(*input));
    if (!request)
        return failed(request.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const auto found = inspectInput(**executor, *request);
    if (!found)
        return failed(found.error());
    if (arguments.has("dump"))
        if (const auto dumped = dump(*found, **model, request->input, arguments.value("dump").toStdString()); !dumped)
            return failed(dumped.error());

    if (!arguments.wantsJson()) {
        print(path + "\n" + topText(analysis::topPredictions(found->trace->forward(), 0, (*model)->labels, kTop)) +
              inspectionText(*found, **model));
        return kDone;
    }
    Json answer = answerJson(**executor, *found, arguments.has("details") ? Detail::Channels : Detail::Blocks);
    answer["image"] = path.toStdString();
    answer["preprocess"] = preprocessJson(how, isTensorFile(path));
    printJson(answer);
    return kDone;
}

} // namespace reslens::cli
