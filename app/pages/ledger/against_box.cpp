#include "pages/ledger/against_box.h"

#include "pages/objective_text.h"
#include "session/session.h"

#include <QSignalBlocker>

namespace reslens::pages {

using session::Session;

AgainstBox::AgainstBox(Session &session, QWidget *parent) : QComboBox(parent), m_session(session)
{
    setAccessibleName(tr("Compare with class"));
    setToolTip(tr("Explain why it is this class rather than another: logit A − logit B"));
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(14);
    connect(&session, &Session::modelChanged, this, &AgainstBox::fill);
    connect(&session, &Session::objectiveChanged, this, &AgainstBox::show);
    connect(this, &QComboBox::activated, this, [this](int index) {
        const int against = itemData(index).toInt();
        if (against < 0)
            m_session.selectObjective(nn::ObjectiveKind::Logit);
        else
            m_session.selectObjective(nn::ObjectiveKind::LogitDifference, against);
        show(); // what the session refuses is not shown as chosen
    });
    fill();
}

void AgainstBox::fill()
{
    clear();
    addItem(tr("no other class"), -1);
    if (const nn::Model *model = m_session.model())
        for (int i = 0; i < int(model->labels.size()); ++i)
            addItem(classText(m_session, i), i);
    show();
}

void AgainstBox::show()
{
    const nn::Objective objective = m_session.objective();
    const bool isDifference = objective.kind == nn::ObjectiveKind::LogitDifference;
    setCurrentIndex(findData(isDifference ? objective.against : -1));
}

} // namespace reslens::pages
