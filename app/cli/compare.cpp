// reslens-cli compare: the answers of several networks for one picture, and their costs.
#include "cli/arguments.h"
#include "cli/compare_report.h"
#include "cli/input.h"
#include "cli/model_choice.h"
#include "cli/report.h"
#include "zoo/open_model.h"

namespace reslens::cli {

namespace {

/// Opens, runs and closes one model, so that no other model shares its memory.
Result<session::ModelSummary> summaryOf(const Arguments &arguments, session::ExecutorFactory &factory,
                                        const QString &nameOrPath, const zoo::ModelSettings &settings)
{
    const auto model = TRY(zoo::openModel(nameOrPath.toStdString(), settings));
    if (!arguments.isQuiet())
        for (const std::string &text : model->notes)
            note(nameOrPath + ": " + QString::fromStdString(text));
    noteAssumption(arguments, model->preprocess);
    Tensor input = TRY(readSingleInput(arguments, arguments.positional().front(), *model));
    const auto executor = TRY(factory(model));
    auto trace = TRY(executor->trace(input, {}));
    session::Subject subject(*executor, std::move(input), {}, std::move(trace));
    Result<session::ModelSummary> summary = session::summarise(subject, {});
    noteEconomies(arguments, *executor);
    return summary;
}

} // namespace

int compare(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE");
    arguments.add({"m", "models"}, "Two to six embedded networks or checkpoint files, with commas between.", "A,B,…");
    addCheckpointOptions(arguments); // each may be given once for all models, or once for each
    addPreprocessOptions(arguments);
    addPictureOptions(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    const QStringList names = arguments.values("models");
    if (arguments.positional().size() != 1)
        return arguments.wrong("needs one IMAGE");
    if (names.size() < session::kFewestCompared || names.size() > session::kMostCompared)
        return arguments.wrong(QStringLiteral("--models needs %1 to %2 models with commas between, not %3")
                                   .arg(session::kFewestCompared)
                                   .arg(session::kMostCompared)
                                   .arg(names.size()));
    std::vector<zoo::ModelSettings> settings;
    for (qsizetype i = 0; i < names.size(); ++i) {
        auto wanted = settingsOf(arguments, i, names.size());
        if (!wanted)
            return arguments.wrong(wanted.error());
        settings.push_back(std::move(*wanted));
    }

    if (const auto checked = pictureOptions(arguments); !checked)
        return arguments.wrong(checked.error());
    session::ExecutorFactory factory(deviceRequest(arguments));
    std::vector<Compared> all;
    int code = kDone;
    for (const QString &name : names) {
        all.push_back({name, summaryOf(arguments, factory, name, settings[all.size()])});
        if (!all.back().summary)
            code = failed(all.back().summary.error());
    }
    const QString path = arguments.positional().front();
    if (arguments.wantsJson())
        printJson(compareJson(path, all));
    else
        print(compareText(path, all));
    return code;
}

} // namespace reslens::cli
