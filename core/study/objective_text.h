// Describes objectives and classes in words.
#pragma once

#include "nn/objective.h"

#include <string>
#include <vector>

namespace reslens::study {

/// The class's name without ImageNet's synonyms, its number if it has no name, "the top class" for -1.
std::string classText(const std::vector<std::string> &labels, int index);

/// "logit of ship", "log p of ship", "p of ship", "logit of ship − logit of airplane"
std::string objectiveText(const nn::Objective &objective, const std::vector<std::string> &labels);

} // namespace reslens::study
