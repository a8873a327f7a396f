#include "analysis/question.h"

namespace reslens::analysis {

Result<Answer> answer(nn::Executor &executor, const Tensor &input, const Question &question,
                      const std::stop_token &stop)
{
    TRY(checkOneImage(input));
    const nn::Forward forward = TRY(executor.forward(input, {.scales = question.scales, .stop = stop}));
    return nn::evaluate(question.objective, forward.logits, forward.activation)
        .map([](const nn::ObjectiveResult &result) {
            return Answer{result.images[0], {}};
        });
}

Result<Answer> differentiate(nn::Executor &executor, const Tensor &input, const Question &question,
                             const std::stop_token &stop)
{
    TRY(checkOneImage(input));
    const auto trace = TRY(executor.trace(input, {.scales = question.scales, .stop = stop}));
    const auto gradients = TRY(nn::backward(*trace, question.objective, {.stop = stop}));
    return gradients->ofInput().map([&](Tensor &&gradient) {
        return Answer{gradients->objectives()[0], std::move(gradient)};
    });
}

Question settled(Question question, const nn::ImageObjective &resolved)
{
    question.objective.target = resolved.target;
    return question;
}

} // namespace reslens::analysis
