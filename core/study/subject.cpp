#include "study/subject.h"

namespace reslens::study {

Result<const nn::Gradients *> Subject::gradients(const nn::Objective &objective, const std::stop_token &stop)
{
    if (m_gradients && m_objective == objective)
        return m_gradients.get();
    m_gradients.reset(); // freed first: both at once would need twice the memory
    m_gradients = TRY(nn::backward(*m_trace, objective, {.stop = stop}));
    m_objective = objective;
    return m_gradients.get();
}

} // namespace reslens::study
