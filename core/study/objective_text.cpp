#include "study/objective_text.h"

namespace reslens::study {

std::string classText(const std::vector<std::string> &labels, int index)
{
    if (index < 0)
        return "the top class";
    if (index >= int(labels.size()))
        return std::to_string(index);
    const std::string &label = labels[std::size_t(index)];
    return label.substr(0, label.find(','));
}

std::string objectiveText(const nn::Objective &objective, const std::vector<std::string> &labels)
{
    const std::string target = " of " + classText(labels, objective.target);
    if (objective.kind != nn::ObjectiveKind::LogitDifference)
        return nn::wordsOf(objective.kind).name + target;
    return "logit" + target + " − logit of " + classText(labels, objective.against);
}

} // namespace reslens::study
