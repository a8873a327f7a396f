#include "pages/objective_bar.h"

#include "models/table.h"
#include "session/session.h"
#include "study/objective_text.h"
#include "widgets/controls.h"

#include <QHBoxLayout>

namespace reslens::pages {

namespace {

using nn::ObjectiveKind;
using session::Session;

std::vector<std::string> labelsOf(const Session &session)
{
    return session.model() ? session.model()->labels : std::vector<std::string>();
}

} // namespace

QString classText(const Session &session, int classIndex)
{
    return QString::fromStdString(study::classText(labelsOf(session), classIndex));
}

QString objectiveText(const Session &session)
{
    return QString::fromStdString(study::objectiveText(session.objective(), labelsOf(session)));
}

ObjectiveBar::ObjectiveBar(Session &session, Kinds kinds, QWidget *parent)
    : QWidget(parent), m_session(session), m_kinds(kinds), m_kind(new QComboBox(this)),
      m_target(new widgets::ClassPicker(this)), m_against(new widgets::ClassPicker(this)),
      m_minus(new QLabel(QStringLiteral("−"), this)), m_value(new QLabel(this))
{
    setAccessibleName(tr("Objective J"));
    for (const nn::ObjectiveWords &words : nn::objectiveKinds()) {
        m_kind->addItem(tr(words.name), int(words.kind));
        m_kind->setItemData(m_kind->count() - 1, tr("J = %1").arg(tr(words.meaning)), Qt::ToolTipRole);
    }
    m_kind->setAccessibleName(tr("Kind of objective"));
    m_kind->setToolTip(tr("The number J that is differentiated"));
    m_target->setAccessibleName(tr("Class of the objective"));
    m_target->setToolTip(tr("The class that is explained; type a part of its name"));
    m_against->setAccessibleName(tr("Second class of the difference"));
    m_against->setToolTip(tr("The class whose logit is subtracted; type a part of its name"));
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_value->setToolTip(tr("J for this picture"));
    placeParts();

    connect(m_kind, &QComboBox::activated, this, &ObjectiveBar::choose);
    connect(m_target, &widgets::ClassPicker::classPicked, &session, &Session::selectTarget);
    connect(m_against, &widgets::ClassPicker::classPicked, this, &ObjectiveBar::chooseAgainst);
    connect(&session, &Session::modelChanged, this, &ObjectiveBar::showLabels);
    connect(&session, &Session::objectiveChanged, this, &ObjectiveBar::showObjective);
    connect(&session, &Session::tracedChanged, this, &ObjectiveBar::showObjective);
    connect(&session.numbers(), &session::BlockNumbers::flowChanged, this, &ObjectiveBar::showValue);
    showLabels();
}

void ObjectiveBar::placeParts()
{
    const bool hasAll = m_kinds == Kinds::All;
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    auto *label = new QLabel(hasAll ? tr("J =") : tr("Logit of"), this);
    label->setObjectName("muted");
    label->setBuddy(hasAll ? static_cast<QWidget *>(m_kind) : m_target);
    for (QWidget *part : std::initializer_list<QWidget *>{label, m_kind, m_target, m_minus, m_against, m_value})
        row->addWidget(part);
    m_kind->setVisible(hasAll);
    m_value->setVisible(hasAll);
    if (!hasAll)
        m_against->setNoneText(tr("no other class"));
}

void ObjectiveBar::chooseAgainst(int against)
{
    m_session.selectObjective(against < 0 ? ObjectiveKind::Logit : ObjectiveKind::LogitDifference, against);
    showObjective(); // the session may have refused
}

void ObjectiveBar::choose()
{
    const auto kind = ObjectiveKind(m_kind->currentData().toInt());
    m_session.selectObjective(kind, kind == ObjectiveKind::LogitDifference ? runnerUp() : -1);
    showObjective();
}

/// Returns the most likely class that is not the target.
int ObjectiveBar::runnerUp() const
{
    const nn::Objective objective = m_session.objective();
    if (objective.against >= 0)
        return objective.against;
    for (const analysis::Prediction &prediction : m_session.predictions())
        if (prediction.index != objective.target)
            return prediction.index;
    return objective.target == 0 ? 1 : 0;
}

void ObjectiveBar::showLabels()
{
    for (widgets::ClassPicker *picker : {m_target, m_against})
        picker->setLabels(labelsOf(m_session));
    showObjective();
}

void ObjectiveBar::showObjective()
{
    const nn::Objective objective = m_session.objective();
    const bool isDifference = objective.kind == ObjectiveKind::LogitDifference;
    m_kind->setCurrentIndex(m_kind->findData(int(objective.kind)));
    m_target->setClass(objective.target);
    m_against->setClass(isDifference ? objective.against : -1);
    m_minus->setVisible(isDifference || m_kinds == Kinds::Logits);
    m_against->setVisible(isDifference || m_kinds == Kinds::Logits);
    setEnabled(m_session.model() != nullptr);
    showValue();
}

void ObjectiveBar::showValue()
{
    const auto flow = m_session.traced() ? m_session.numbers().flow() : nullptr;
    m_value->setText(flow ? QStringLiteral("= %1").arg(models::wordsOf(flow->objective.value)) : QString());
}

} // namespace reslens::pages
