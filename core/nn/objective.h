// What is differentiated: one number per image, a function of its logits.
#pragma once

#include "error/error.h"
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

/// How a kind is called. This is the only place that lists the kinds.
struct ObjectiveWords {
    ObjectiveKind kind;
    const char *id;      // "logp": on the command line and in its JSON
    const char *name;    // "log p": in sentences, sessions and exports
    const char *meaning; // what J is
};
/// Every kind, in the order in which they are offered.
std::span<const ObjectiveWords> objectiveKinds();
const ObjectiveWords &wordsOf(ObjectiveKind kind);
/// By id or name.
std::optional<ObjectiveKind> objectiveKindNamed(std::string_view name);

struct Objective {
    ObjectiveKind kind = ObjectiveKind::LogProbability;
    int target = -1;  // c; -1: the class with the largest logit, for each image its own
    int against = -1; // d, of a difference only
    bool operator==(const Objective &) const = default;
};

/// The objective of one image, with its classes resolved.
struct ImageObjective {
    double value = 0;
    int target = 0;
    int against = -1; // -1 where the objective needs no second class
};

/// J of every image, and its gradient with respect to the logits.
struct ObjectiveResult {
    std::vector<ImageObjective> images;
    Tensor gradient; // (N, classes, 1, 1): row n is dJ_n / d logits_n
};

/// What can be said before the logits are known. ErrorKind::InvalidInput: a class that is not in [0, classes), a
/// difference without a second class or of a class with itself, a second class that the objective has no use for.
Result<void> check(const Objective &objective, int classes);

/// `logits` is (N, classes, 1, 1). Errors as check(), and where the top class is `against` itself. Of equal logits the
/// first is the top class. Computed in double precision.
Result<ObjectiveResult> evaluate(const Objective &objective, const Tensor &logits);

} // namespace reslens::nn
