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
        if (m_flow) { // another objective's is no stand-in
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
    m_session.ask<Contributions>(this, {"contributions",
                                        [](Subject &subject, const analysis::Job &job) {
                                            return analysis::contributionsOf(subject.run(), job.stop);
                                        },
                                        [this](const auto &answer) {
                                            m_contributions = answer ? *answer : nullptr;
                                            if (!answer)
                                                m_session.tell(answer.error());
                                            emit contributionsChanged();
                                        }});
}

void BlockNumbers::askFlow()
{
    if (!m_session.traced()) {
        m_flow.reset();
        emit flowChanged();
        return;
    }
    const auto question = [objective = m_session.objective()](
                              Subject &subject, const analysis::Job &job) -> Result<analysis::GradientFlow> {
        const nn::Gradients *gradients = TRY(subject.gradients(objective, job.stop));
        return analysis::gradientFlow(subject.network(), *gradients, 0, job.stop);
    };
    m_session.ask<analysis::GradientFlow>(this, {"flow", question, [this](const auto &answer) {
                                                     m_flow = answer ? *answer : nullptr;
                                                     if (!answer)
                                                         m_session.tell(answer.error());
                                                     emit flowChanged();
                                                 }});
}

} // namespace reslens::session
