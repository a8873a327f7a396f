#include "session/block_numbers.h"

#include "session/session.h"
#include "session/subject.h"

namespace reslens::session {

BlockNumbers::BlockNumbers(Session &session) : QObject(&session), m_session(session)
{
    connect(&session, &Session::tracedChanged, this, [this] {
        askContributions();
        askFlow();
    });
    connect(&session, &Session::objectiveChanged, this, [this] {
        if (m_flow) { // another objective's flow would mislead
            m_flow.reset();
            emit flowChanged();
        }
        askFlow();
    });
}

void BlockNumbers::askContributions()
{
    if (!m_session.traced()) {
        m_contributions.reset();
        emit contributionsChanged();
        return;
    }
    m_session.ask(
        this, kContributionsTag,
        [](Subject &subject, const analysis::Job &job) { return analysis::contributionsOf(subject.run(), job.stop); },
        [this](Result<Contributions> answer) {
            take(std::move(answer), m_contributions, &BlockNumbers::contributionsChanged);
        });
}

void BlockNumbers::askFlow()
{
    if (!m_session.traced()) {
        m_flow.reset();
        emit flowChanged();
        return;
    }
    m_session.ask(
        this, kFlowTag,
        [objective = m_session.objective()](Subject &subject,
                                            const analysis::Job &job) -> Result<analysis::GradientFlow> {
            const nn::Gradients *gradients = TRY(subject.gradients(objective, job.stop));
            return analysis::gradientFlow(subject.network(), *gradients, 0, job.stop);
        },
        [this](Result<analysis::GradientFlow> answer) { take(std::move(answer), m_flow, &BlockNumbers::flowChanged); });
}

template <typename T>
void BlockNumbers::take(Result<T> answer, std::shared_ptr<const T> &known, void (BlockNumbers::*changed)())
{
    known = answer ? std::make_shared<const T>(std::move(*answer)) : nullptr;
    if (!answer)
        m_session.tell(answer.error());
    (this->*changed)();
}

} // namespace reslens::session
