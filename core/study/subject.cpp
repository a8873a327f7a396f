#include "study/subject.h"

namespace reslens::study {

Result<const nn::Gradients *> Subject::gradients(const nn::Objective &objective, const std::stop_token &stop)
{
    if (m_gradients && m_objective == objective)
        return m_gradients.get();
    m_gradients.reset(); // before the next is made: both at once would need the memory of both
    m_gradients = TRY(nn::backward(*m_trace, objective, {.stop = stop}));
    m_objective = objective;
    return m_gradients.get();
}

} // namespace reslens::study
