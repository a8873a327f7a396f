// reslens-cli inspect: one picture, every residual block, and the tensors themselves as .npy files.
#include "analysis/fit.h"
#include "cli/also.h"
#include "cli/answer_parts.h"
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/inspection_json.h"
#include "cli/inspection_text.h"
#include "cli/model_choice.h"
#include "cli/objective_options.h"
#include "cli/scale_option.h"
#include "image/npy.h"
#include "study/quantity.h"

#include <algorithm>
#include <iterator>

namespace reslens::cli {

namespace {

constexpr int kTop = 5; // classes in the answer

Json answerJson(const nn::Executor &executor, const Inspection &found, Detail detail)
{
    const nn::Model &model = executor.model();
    const nn::Forward &forward = found.trace().forward();
    Json answer{{"model", model.name},
                {"device", executor.device().name},
                {"top", topJson(analysis::topPredictions(forward, 0, model.labels, kTop))},
                {"ms", forward.wallMs}};
    answer.update(inspectionJson(found, model, detail));
    return answer;
}

/// Returns the usage error of the first wrong option.
Result<void> checkOptions(const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return fail(ErrorKind::InvalidInput, {}, "needs one IMAGE");
    TRY(settingsOf(arguments));
    TRY(pictureOptions(arguments));
    TRY(checkObjectiveOptions(arguments));
    TRY(checkAlsoOptions(arguments));
    return checkScaleOption(arguments);
}

void addOptions(Arguments &arguments)
{
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addPictureOptions(arguments);
    addObjectiveOptions(arguments);
    addScaleOption(arguments);
    addAlsoOptions(arguments);
    arguments.add({"details"}, "In JSON also every channel, every group of a ResNeXt, and histograms of gradients.");
    arguments.add({"dump"},
                  "Write every block's tensors and gradients, those of the parameters, and all maps, to this folder.",
                  "DIR");
    arguments.add({"features"}, "Write what comes out of the average pool, (1, channels), as .npy.", "FILE");
    arguments.add({"quantities"}, "List every number of a block with its formula, as a Markdown table, and end.");
}

/// The result before it is printed.
struct Answered {
    Inspection inspection;
    std::vector<AlsoFound> also;
};

/// Runs the analyses and writes the files of --dump.
Result<Answered> work(const Arguments &arguments, nn::Executor &executor, InspectRequest request)
{
    Inspection found = TRY(inspectInput(executor, std::move(request)));
    auto also = TRY(alsoOf(arguments, found));
    if (arguments.has("dump")) {
        NamedTensors more;
        for (AlsoFound &one : also)
            std::move(one.answer.tensors.begin(), one.answer.tensors.end(), std::back_inserter(more));
        TRY(dump(found, more, arguments.value("dump").toStdString()));
    }
    if (arguments.has("features")) {
        const Tensor features = TRY(found.trace().read(executor.model().network.features));
        TRY(image::writeNpy(arguments.value("features").toStdString(), features, {1, features.shape.c}));
    }
    return Answered{std::move(found), std::move(also)};
}

QString answerText(const Answered &answered, const nn::Model &model)
{
    const nn::Forward &forward = answered.inspection.trace().forward();
    QString text = topText(analysis::topPredictions(forward, 0, model.labels, kTop)) +
                   inspectionText(answered.inspection, model) + "\n";
    for (const AlsoFound &one : answered.also)
        text += one.answer.text;
    return text;
}

/// Says that the assumed preprocessing may be wrong, if the picture is unlike the training's.
void noteFit(const Arguments &arguments, const Inspection &inspection)
{
    const auto fit = analysis::fitOf(inspection.subject->run());
    const auto finding = fit ? analysis::findingOf(*fit) : std::nullopt;
    if (finding && finding->from && !arguments.isQuiet())
        note(QStringLiteral("the picture fits the training poorly from %1 on; `reslens-cli fit` compares preparations")
                 .arg(QString::fromStdString(finding->from->name)));
}

Result<InspectRequest> requestOf(const Arguments &arguments, const nn::Model &model, Tensor input)
{
    return InspectRequest{std::move(input), TRY(objectiveOf(arguments, model)),
                          TRY(scalesOf(arguments, model.network))};
}

} // namespace

int inspect(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE");
    addOptions(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.has("quantities")) {
        print(QString::fromStdString(study::quantityTable()));
        return kDone;
    }
    if (const auto checked = checkOptions(arguments); !checked)
        return arguments.wrong(checked.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const nn::Preprocess &how = (*model)->preprocess;
    noteAssumption(arguments, how);
    const QString path = arguments.positional().front();
    auto input = readSingleInput(arguments, path, **model);
    if (!input)
        return failed(input.error());
    auto request = requestOf(arguments, **model, std::move(*input));
    if (!request)
        return failed(request.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const auto found = work(arguments, **executor, std::move(*request));
    if (!found)
        return failed(found.error());
    noteEconomies(arguments, **executor);
    if (how.isAssumed && !isTensorFile(path))
        noteFit(arguments, found->inspection);
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
