#include "analysis/question.h"

namespace reslens::analysis {

Result<Answer> answer(nn::Executor &executor, const Tensor &input, const Question &question, std::stop_token stop)
{
    if (const Result<void> checked = checkOneImage(input); !checked)
        return tl::unexpected(checked.error());
    const Result<nn::Forward> forward = executor.forward(input, {.scales = question.scales, .stop = stop});
    if (!forward)
        return tl::unexpected(forward.error());
    return nn::evaluate(question.objective, forward->logits).map([](const nn::ObjectiveResult &result) {
        return Answer{result.images[0], {}};
    });
}

Result<Answer> differentiate(nn::Executor &executor, const Tensor &input, const Question &question,
                             std::stop_token stop)
{
    if (const Result<void> checked = checkOneImage(input); !checked)
        return tl::unexpected(checked.error());
    const auto trace = executor.trace(input, {.scales = question.scales, .stop = stop});
    if (!trace)
        return tl::unexpected(trace.error());
    const auto gradients = nn::backward(**trace, question.objective, {.stop = stop});
    if (!gradients)
        return tl::unexpected(gradients.error());
    return (*gradients)->ofInput().map([&](Tensor &&gradient) {
        return Answer{(*gradients)->objectives()[0], std::move(gradient)};
    });
}

Question settled(Question question, const nn::ImageObjective &resolved)
{
    question.objective.target = resolved.target;
    return question;
}

} // namespace reslens::analysis
