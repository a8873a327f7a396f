// reslens-cli inspect: one picture, every residual block, and the tensors themselves as .npy files.
#include "cli/also.h"
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/inspection_json.h"
#include "cli/inspection_text.h"
#include "cli/model_choice.h"
#include "cli/objective_options.h"
#include "cli/prediction_json.h"
#include "cli/scale_option.h"

#include <algorithm>
#include <iterator>

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
    if (const auto checked = checkAlsoOptions(arguments); !checked)
        return checked;
    return checkScaleOption(arguments);
}

void addOptions(Arguments &arguments)
{
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addObjectiveOptions(arguments);
    addScaleOption(arguments);
    addAlsoOptions(arguments);
    arguments.add({"details"}, "In JSON also every channel, every group of a ResNeXt, and histograms of gradients.");
    arguments.add({"dump"},
                  "Write every block's tensors and gradients, those of the parameters, and all maps, to this folder.",
                  "DIR");
}

/// What was found, before it is printed.
struct Answered {
    Inspection inspection;
    std::vector<AlsoFound> also;
};

/// The work itself, with the files of --dump.
Result<Answered> work(const Arguments &arguments, nn::Executor &executor, const InspectRequest &request)
{
    auto found = inspectInput(executor, request);
    if (!found)
        return tl::unexpected(found.error());
    auto also = alsoOf(arguments, {executor, request, *found});
    if (!also)
        return tl::unexpected(also.error());
    if (arguments.has("dump")) {
        NamedTensors more;
        for (AlsoFound &one : *also)
            std::move(one.answer.tensors.begin(), one.answer.tensors.end(), std::back_inserter(more));
        const auto dumped = dump(*found, executor.model(), request.input, more, arguments.value("dump").toStdString());
        if (!dumped)
            return tl::unexpected(dumped.error());
    }
    return Answered{std::move(*found), std::move(*also)};
}

QString answerText(const Answered &answered, const nn::Model &model)
{
    const nn::Forward &forward = answered.inspection.trace->forward();
    QString text =
        topText(analysis::topPredictions(forward, 0, model.labels, kTop)) + inspectionText(answered.inspection, model);
    for (const AlsoFound &one : answered.also)
        text += one.answer.text;
    return text;
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
    addOptions(arguments);
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
    const auto found = work(arguments, **executor, *request);
    if (!found)
        return failed(found.error());
    noteEconomies(arguments, **executor);
    if (!arguments.wantsJson()) {
        print(path + "\n" + answerText(*found, **model));
        return kDone;
    }
    const Detail detail = arguments.has("details") ? Detail::Channels : Detail::Blocks;
    Json answer = answerJson(**executor, found->inspection, detail);
    for (const AlsoFound &one : found->also)
        answer[one.key] = one.answer.json;
    answer["image"] = path.toStdString();
    answer["preprocess"] = preprocessJson(how, isTensorFile(path));
    printJson(answer);
    return kDone;
}

} // namespace reslens::cli
