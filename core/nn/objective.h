// The objective, which is differentiated: one number per image, a function of its logits.
#pragma once

#include "error/error.h"
#include "nn/activation.h"
#include "tensor/tensor.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::nn {

enum class ObjectiveKind {
    Logit,           // logit_c
    LogProbability,  // log p_c; its negative is the cross-entropy
    Probability,     // p_c
    LogitDifference, // logit_c - logit_d
};

/// The names of a kind. Only this table lists the kinds.
struct ObjectiveWords {
    ObjectiveKind kind;
    const char *id;      // "logp": on the command line and in its JSON
    const char *name;    // "log p": in sentences, sessions and exports
    const char *meaning; // what J is
};
/// Every kind, in the order in which menus offer them.
std::span<const ObjectiveWords> objectiveKinds();
const ObjectiveWords &wordsOf(ObjectiveKind kind);
/// What is differentiated if nobody says it: log p of a softmax; else the logit, also of a network without
/// probabilities.
ObjectiveKind usualObjective(Activation activation);
/// Finds a kind by id or name.
std::optional<ObjectiveKind> objectiveKindNamed(std::string_view name);

struct Objective {
    ObjectiveKind kind = ObjectiveKind::LogProbability;
    int target = -1;  // c; -1: each image's class with the largest logit
    int against = -1; // d, only for a difference
    bool operator==(const Objective &) const = default;
};

/// The objective of one image, with its classes resolved.
struct ImageObjective {
    double value = 0;
    int target = 0;
    int against = -1; // -1 if the objective needs no second class
};

/// J of every image, and its gradient with respect to the logits.
struct ObjectiveResult {
    std::vector<ImageObjective> images;
    Tensor gradient; // (N, classes, 1, 1): row n is dJ_n / d logits_n
};

/// Checks everything that does not depend on the logits. InvalidInput: a class that is not in [0, classes), a
/// difference without a second class or of a class with itself, a second class for an objective that does not use one,
/// a probability where there is none.
Result<void> check(const Objective &objective, int classes, Activation activation);

/// `logits` is (N, classes, 1, 1). Errors as check(); also if the top class is `against` itself. Among equal logits the
/// first is the top class. Computed in double precision.
Result<ObjectiveResult> evaluate(const Objective &objective, const Tensor &logits, Activation activation);

} // namespace reslens::nn
