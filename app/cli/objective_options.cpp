#include "cli/objective_options.h"

#include <optional>

namespace reslens::cli {

namespace {

/// Returns the kind of --objective by its id alone.
std::optional<nn::ObjectiveKind> kindIn(const Arguments &arguments, nn::Activation activation)
{
    if (!arguments.has("objective"))
        return nn::usualObjective(activation);
    for (const nn::ObjectiveWords &words : nn::objectiveKinds())
        if (arguments.value("objective") == QLatin1String(words.id))
            return words.kind;
    return std::nullopt;
}

Error noSuchClass(const QString &text, const nn::Model &model)
{
    QStringList similar;
    for (const std::string &label : model.labels)
        if (const QString name = QString::fromStdString(label); name.contains(text, Qt::CaseInsensitive))
            similar << "'" + name + "'";
    QString problem =
        QStringLiteral("there is no such class: the network has 0 to %1").arg(model.network.architecture.outputs() - 1);
    if (!similar.isEmpty() && !text.isEmpty())
        problem += ", among them " + similar.mid(0, 5).join(", ");
    return {ErrorKind::NotFound, "class '" + text.toStdString() + "'", problem.toStdString(), std::nullopt};
}

} // namespace

void addTargetOption(Arguments &arguments)
{
    arguments.add({"target"}, "The class in question, by its number or its name; without it the top class.", "CLASS");
}

void addObjectiveOptions(Arguments &arguments)
{
    addTargetOption(arguments);
    arguments.add({"objective"},
                  "What is differentiated: logit, logp (log probability), prob, or diff (the target's logit minus that "
                  "of --against). Without it: logp, or logit where the probabilities are no softmax.",
                  "KIND");
    arguments.add({"against"}, "The second class of a diff.", "CLASS");
}

Result<void> checkObjectiveOptions(const Arguments &arguments)
{
    const std::optional<nn::ObjectiveKind> kind = kindIn(arguments, nn::Activation::Softmax);
    if (!kind)
        return fail(ErrorKind::InvalidInput, {},
                    "--objective is logit, logp, prob or diff, not '" + arguments.value("objective").toStdString() +
                        "'");
    const bool isDifference = *kind == nn::ObjectiveKind::LogitDifference;
    if (isDifference && !arguments.has("against"))
        return fail(ErrorKind::InvalidInput, {}, "--objective diff needs a second class: --against CLASS");
    if (!isDifference && arguments.has("against"))
        return fail(ErrorKind::InvalidInput, {}, "--against is for --objective diff");
    return {};
}

Result<int> targetOf(const Arguments &arguments, const nn::Model &model)
{
    return arguments.has("target") ? classNamed(arguments.value("target"), model) : Result<int>(-1);
}

Result<nn::Objective> objectiveOf(const Arguments &arguments, const nn::Model &model)
{
    nn::Objective objective{*kindIn(arguments, model.network.architecture.activation), TRY(targetOf(arguments, model))};
    if (arguments.has("against"))
        objective.against = TRY(classNamed(arguments.value("against"), model));
    TRY(nn::check(objective, model.network.architecture.outputs(), model.network.architecture.activation));
    return objective;
}

Result<int> classNamed(const QString &text, const nn::Model &model)
{
    bool isNumber = false;
    const int index = text.toInt(&isNumber);
    if (isNumber && index >= 0 && index < model.network.architecture.outputs())
        return index;
    std::vector<int> found;
    for (int c = 0; c < int(model.labels.size()); ++c)
        if (QString::fromStdString(model.labels[std::size_t(c)]).compare(text, Qt::CaseInsensitive) == 0)
            found.push_back(c);
    if (found.empty())
        return tl::unexpected(noSuchClass(text, model));
    if (found.size() > 1)
        return fail(ErrorKind::NotFound, "class '" + text.toStdString() + "'",
                    std::to_string(found.size()) + " classes have this name, the first is " + std::to_string(found[0]) +
                        ": say which by its number");
    return found[0];
}

} // namespace reslens::cli
