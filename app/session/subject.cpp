#include "session/subject.h"

namespace reslens::session {

Result<const nn::Gradients *> Subject::gradients(const nn::Objective &objective, const std::stop_token &stop)
{
    if (m_gradients && m_objective == objective)
        return m_gradients.get();
    m_gradients.reset(); // before the next is made: both at once would need the memory of both
    nn::RunOptions options;
    options.stop = stop;
    auto made = nn::backward(*m_trace, objective, options);
    if (!made)
        return tl::unexpected(made.error());
    m_objective = objective;
    m_gradients = std::move(*made);
    return m_gradients.get();
}

} // namespace reslens::session
