// reslens-cli fit: ranks preparations and variants by how well pictures fit what the checkpoint remembers of its
// training.
#include "cli/answer_parts.h"
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/model_choice.h"
#include "cli/report.h"
#include "image/decode.h"
#include "image/preprocess.h"
#include "study/fit_search.h"
#include "zoo/open_model.h"

namespace reslens::cli {

namespace {

Json variantJson(const nn::Variant &variant)
{
    Json json = Json::object();
    const QStringList settings = QString::fromStdString(nn::textOf(variant)).split(u',', Qt::SkipEmptyParts);
    for (const QString &setting : settings)
        json[setting.section(u'=', 0, 0).toStdString()] = setting.section(u'=', 1).toStdString();
    return json;
}

Json candidateJson(const study::FitCandidate &candidate)
{
    const analysis::LayerFit *worst = candidate.fit.worst();
    Json json{{"name", candidate.name},
              {"preprocess", preprocessJson(candidate.preprocess, false)},
              {"variant", variantJson(candidate.variant)},
              {"fit", candidate.fit.all.isDefined ? Json(candidate.fit.all.value) : Json()},
              {"current", candidate.isCurrent}};
    if (worst)
        json["worst"] = {{"layer", worst->name}, {"fit", worst->fit.value}};
    return json;
}

QString candidateText(const study::FitCandidate &candidate)
{
    const analysis::LayerFit *worst = candidate.fit.worst();
    if (!worst)
        return QStringLiteral("  not finite                          %1\n").arg(QString::fromStdString(candidate.name));
    return QStringLiteral("%1 %2  %3%4  %5\n")
        .arg(candidate.isCurrent ? "*" : " ")
        .arg(candidate.fit.all.value, 9, 'g', 3)
        .arg(worst->fit.value, 9, 'g', 3)
        .arg("  " + QString::fromStdString(worst->name), -20)
        .arg(QString::fromStdString(candidate.name));
}

/// The verdict on the network as it is, in words that leave both readings open.
QString findingText(const std::vector<study::FitCandidate> &candidates)
{
    const auto current = std::ranges::find(candidates, true, &study::FitCandidate::isCurrent);
    const auto finding = analysis::findingOf(current->fit);
    if (!finding)
        return QStringLiteral("the fit is not defined\n");
    if (const study::FitCandidate *better = study::betterThanCurrent(candidates)) {
        const std::string options = zoo::commandLineOf(
            {{.variant = better->variant}, zoo::changesBetween(current->preprocess, better->preprocess)});
        return QStringLiteral("the pictures fit far better as '%1': %2\n")
            .arg(QString::fromStdString(better->name), QString::fromStdString(options));
    }
    if (finding->verdict == analysis::FitVerdict::Fits)
        return QStringLiteral("the pictures fit the training\n");
    return QStringLiteral(
               "the pictures fit poorly from %1 on: they are prepared in another way than the training's, the "
               "network computes something else than was trained, or they are unlike the training's\n")
        .arg(QString::fromStdString(finding->from->name));
}

Result<std::vector<study::FitCandidate>> search(const Arguments &arguments, const nn::Model &model,
                                                const std::vector<QImage> &pictures)
{
    const zoo::ModelSettings settings = TRY(settingsOf(arguments));
    session::ExecutorFactory factory(deviceRequest(arguments));
    const std::string source = model.path.empty() ? model.name : model.path;
    study::FitServices services;
    services.openVariant = [&](const nn::Variant &change) {
        zoo::ModelSettings changed = settings;
        changed.options.variant = nn::merged(changed.options.variant, change);
        return zoo::openModel(source, changed);
    };
    services.makeExecutor = [&](std::shared_ptr<const nn::Model> opened) { return factory(std::move(opened)); };
    services.pictures = int(pictures.size());
    services.prepare = [&](int index, const nn::Preprocess &how) {
        return image::preprocess(pictures[std::size_t(index)], how, model.network.architecture.inputChannels);
    };
    return study::searchFit(model, services, {});
}

} // namespace

int fit(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE…");
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addPictureOptions(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.positional().isEmpty())
        return arguments.wrong("no IMAGE given");
    if (const auto checked = settingsOf(arguments); !checked)
        return arguments.wrong(checked.error());
    const auto options = pictureOptions(arguments);
    if (!options)
        return arguments.wrong(options.error());
    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    std::vector<QImage> pictures;
    for (const QString &path : arguments.positional()) {
        if (isTensorFile(path))
            return failed({ErrorKind::InvalidInput,
                           path.toStdString(),
                           "is an input that is already prepared; fit needs pictures",
                           {}});
        image::PictureFacts facts;
        auto picture = image::decodeFile(path, *options, &facts);
        printNotes(arguments, path, facts.notes);
        if (!picture)
            return failed(picture.error());
        pictures.push_back(std::move(*picture));
    }
    const auto candidates = search(arguments, **model, pictures);
    if (!candidates)
        return failed(candidates.error());
    const auto current = std::ranges::find(*candidates, true, &study::FitCandidate::isCurrent);
    const auto finding = analysis::findingOf(current->fit);
    if (!arguments.wantsJson()) {
        QString text =
            QStringLiteral("%1, %2 pictures\n        all      worst  at                  prepared or built as\n")
                .arg(QString::fromStdString((*model)->name))
                .arg(pictures.size());
        for (const study::FitCandidate &candidate : *candidates)
            text += candidateText(candidate);
        print(text + "* is how it is now; " + findingText(*candidates) +
              "the order of the channels and dilation cannot be told\n");
        return kDone;
    }
    Json list = Json::array();
    for (const study::FitCandidate &candidate : *candidates)
        list.push_back(candidateJson(candidate));
    printJson({{"model", (*model)->name},
               {"pictures", pictures.size()},
               {"candidates", list},
               {"verdict", finding ? Json(analysis::nameOf(finding->verdict)) : Json()},
               {"better", study::betterThanCurrent(*candidates) ? Json(candidates->front().name) : Json()},
               {"cannot_tell", study::whatFitCannotTell()}});
    return kDone;
}

} // namespace reslens::cli
