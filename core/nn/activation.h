// What makes probabilities of the logits.
#pragma once

#include "tensor/tensor.h"

#include <optional>
#include <span>
#include <string_view>

namespace reslens::nn {

enum class Activation {
    Softmax, // one of the classes: p sums to 1
    Sigmoid, // each class by itself: several labels, or a single output
    None,    // the outputs are no logits of probabilities: regression, or the features of a network without a head
};

struct ActivationWords {
    Activation activation;
    const char *id;      // on the command line and in JSON
    const char *meaning; // of a probability
};
/// Every activation; only this table lists them.
std::span<const ActivationWords> activations();
const ActivationWords &wordsOf(Activation activation);
std::optional<Activation> activationNamed(std::string_view id);

/// What the outputs of a network are taken for if nobody says it: a softmax of one output would always be 1.
Activation usualActivation(int classes);

/// 1 / (1 + exp(-x)), without overflow.
double sigmoid(double x);

/// The probabilities of `logits` (N, classes, 1, 1), of the same shape; without an activation each is NaN, for "there
/// is none".
Tensor probabilitiesOf(Activation activation, const Tensor &logits);

} // namespace reslens::nn
