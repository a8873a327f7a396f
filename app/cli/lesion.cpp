// reslens-cli lesion: cuts one block's branch at a time, and runs the network again.
#include "analysis/lesion.h"

#include "cli/answer_parts.h"
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/inspection_json.h"
#include "cli/model_choice.h"
#include "cli/objective_options.h"
#include "cli/scale_option.h"

#include <cmath>

namespace reslens::cli {

namespace {

Json lesionJson(const analysis::Lesion &lesion, const nn::Model &model)
{
    const nn::Block &block = model.network.blocks[std::size_t(lesion.block)];
    Json json{{"name", lesion.name},
              {"stage", block.stage},
              {"identity", block.identity},
              {"logit_change", lesion.logitChange},
              {"probability_change", lesion.probabilityChange},
              {"rank", lesion.rank},
              {"top", topJson({lesion.top}).front()}};
    if (!lesion.complaint.empty())
        json["complaint"] = lesion.complaint;
    return json;
}

Json studyJson(const nn::Executor &executor, const analysis::LesionStudy &study)
{
    const nn::Model &model = executor.model();
    Json blocks = Json::array();
    for (const analysis::Lesion &lesion : study.blocks)
        blocks.push_back(lesionJson(lesion, model));
    return {{"model", model.name},
            {"device", executor.device().name},
            {"target", classJson(model, study.target)},
            {"intact",
             {{"logit", study.intact.logit}, {"probability", study.intact.probability}, {"rank", study.intactRank}}},
            {"blocks", blocks}};
}

/// A dash stands for a number that a network without probabilities does not have.
QString textOf(double number, int decimals)
{
    return std::isnan(number) ? QStringLiteral("—") : QString::number(number, 'f', decimals);
}

QString studyText(const analysis::LesionStudy &study)
{
    QString text =
        QStringLiteral("'%1': logit %2, probability %3, rank %4\n\nwithout        logit  probability  rank  top\n")
            .arg(QString::fromStdString(study.intact.label), // one arg() call: a label may contain %2
                 QString::number(double(study.intact.logit), 'f', 3), textOf(double(study.intact.probability), 4),
                 QString::number(study.intactRank));
    for (const analysis::Lesion &lesion : study.blocks)
        text += QStringLiteral("%1%2%3%4  %5\n")
                    .arg(QString::fromStdString(lesion.name), -11)
                    .arg(lesion.logitChange, 9, 'f', 3)
                    .arg(textOf(lesion.probabilityChange, 4), 13)
                    .arg(lesion.rank, 6)
                    .arg(QString::fromStdString(lesion.complaint.empty() ? lesion.top.label : lesion.complaint));
    return text;
}

Result<analysis::LesionStudy> study(const Arguments &arguments, nn::Executor &executor, const Tensor &input)
{
    const nn::Model &model = executor.model();
    return analysis::lesionStudy(executor, input,
                                 {TRY(targetOf(arguments, model)), TRY(scalesOf(arguments, model.network))});
}

} // namespace

int lesion(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE");
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addPictureOptions(arguments);
    addTargetOption(arguments);
    addScaleOption(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.positional().size() != 1)
        return arguments.wrong("needs one IMAGE");
    if (const auto checked = settingsOf(arguments); !checked)
        return arguments.wrong(checked.error());
    if (const auto checked = checkScaleOption(arguments); !checked)
        return arguments.wrong(checked.error());
    if (const auto checked = pictureOptions(arguments); !checked)
        return arguments.wrong(checked.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const nn::Preprocess &how = (*model)->preprocess;
    noteAssumption(arguments, how);
    const QString path = arguments.positional().front();
    const auto input = readSingleInput(arguments, path, **model);
    if (!input)
        return failed(input.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const auto found = study(arguments, **executor, *input);
    if (!found)
        return failed(found.error());
    noteEconomies(arguments, **executor);
    if (!arguments.wantsJson()) {
        print(path + "\n" + studyText(*found));
        return kDone;
    }
    Json answer = studyJson(**executor, *found);
    answer["image"] = path.toStdString();
    answer["preprocess"] = preprocessJson(how, isTensorFile(path));
    printJson(answer);
    return kDone;
}

} // namespace reslens::cli
