#include "pages/objective_text.h"

#include "session/session.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Objective", text);
}

} // namespace

QString classText(const session::Session &session, int classIndex)
{
    const nn::Model *model = session.model();
    if (!model || classIndex < 0 || classIndex >= int(model->labels.size()))
        return QString::number(classIndex);
    return QString::fromStdString(model->labels[std::size_t(classIndex)]).section(',', 0, 0);
}

QString objectiveText(const session::Session &session)
{
    const nn::Objective objective = session.objective();
    const QString target = classText(session, objective.target);
    switch (objective.kind) {
    case nn::ObjectiveKind::Logit:
        return tr("logit of %1").arg(target);
    case nn::ObjectiveKind::Probability:
        return tr("p of %1").arg(target);
    case nn::ObjectiveKind::LogitDifference:
        return tr("logit of %1 − logit of %2").arg(target, classText(session, objective.against));
    case nn::ObjectiveKind::LogProbability:
        break;
    }
    return tr("log p of %1").arg(target);
}

} // namespace reslens::pages
