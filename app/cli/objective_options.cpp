#include "cli/objective_options.h"

#include <algorithm>

namespace reslens::cli {

namespace {

constexpr std::pair<const char *, nn::ObjectiveKind> kKinds[] = {
    {"logit", nn::ObjectiveKind::Logit},
    {"logp", nn::ObjectiveKind::LogProbability},
    {"prob", nn::ObjectiveKind::Probability},
    {"diff", nn::ObjectiveKind::LogitDifference},
};

Error noSuchClass(const QString &text, const nn::Model &model)
{
    QStringList similar;
    for (const std::string &label : model.labels)
        if (const QString name = QString::fromStdString(label); name.contains(text, Qt::CaseInsensitive))
            similar << "'" + name + "'";
    QString problem =
        QStringLiteral("there is no such class: the network has 0 to %1").arg(model.network.architecture.classes - 1);
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
                  "of --against).",
                  "KIND", "logp");
    arguments.add({"against"}, "The second class of a diff.", "CLASS");
}

Result<void> checkObjectiveOptions(const Arguments &arguments)
{
    const QString given = arguments.value("objective");
    const bool isKnown = std::any_of(std::begin(kKinds), std::end(kKinds),
                                     [&](const auto &kind) { return given == QLatin1String(kind.first); });
    if (!isKnown)
        return fail(ErrorKind::InvalidInput, {},
                    "--objective is logit, logp, prob or diff, not '" + given.toStdString() + "'");
    if (given == "diff" && !arguments.has("against"))
        return fail(ErrorKind::InvalidInput, {}, "--objective diff needs a second class: --against CLASS");
    if (given != "diff" && arguments.has("against"))
        return fail(ErrorKind::InvalidInput, {}, "--against is for --objective diff");
    return {};
}

Result<int> targetOf(const Arguments &arguments, const nn::Model &model)
{
    return arguments.has("target") ? classNamed(arguments.value("target"), model) : Result<int>(-1);
}

Result<nn::Objective> objectiveOf(const Arguments &arguments, const nn::Model &model)
{
    nn::Objective objective;
    for (const auto &[name, kind] : kKinds)
        if (arguments.value("objective") == QLatin1String(name))
            objective.kind = kind;
    const auto target = targetOf(arguments, model);
    if (!target)
        return tl::unexpected(target.error());
    objective.target = *target;
    if (arguments.has("against")) {
        const auto against = classNamed(arguments.value("against"), model);
        if (!against)
            return tl::unexpected(against.error());
        objective.against = *against;
    }
    return nn::check(objective, model.network.architecture.classes).map([&] { return objective; });
}

Result<int> classNamed(const QString &text, const nn::Model &model)
{
    bool isNumber = false;
    const int index = text.toInt(&isNumber);
    if (isNumber && index >= 0 && index < model.network.architecture.classes)
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

const char *shortName(nn::ObjectiveKind kind)
{
    for (const auto &[name, known] : kKinds)
        if (kind == known)
            return name;
    return "";
}

} // namespace reslens::cli
