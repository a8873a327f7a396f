#include "nn/activation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reslens::nn {

namespace {

constexpr ActivationWords kActivations[] = {
    {Activation::Softmax, "softmax", "softmax of the logits"},
    {Activation::Sigmoid, "sigmoid", "sigmoid of the class's own logit"},
    {Activation::None, "none", "there are no probabilities"},
};

/// Softmax of one image's logits, in place.
void softmax(std::span<float> values)
{
    const float top = *std::ranges::max_element(values);
    double sum = 0;
    for (const float value : values)
        sum += std::exp(double(value) - top);
    for (float &value : values)
        value = float(std::exp(double(value) - top) / sum);
}

} // namespace

std::span<const ActivationWords> activations()
{
    return kActivations;
}

const ActivationWords &wordsOf(Activation activation)
{
    return *std::ranges::find(kActivations, activation, &ActivationWords::activation);
}

std::optional<Activation> activationNamed(std::string_view id)
{
    const auto found = std::ranges::find_if(kActivations, [&](const ActivationWords &words) { return id == words.id; });
    return found == std::end(kActivations) ? std::nullopt : std::optional(found->activation);
}

Activation usualActivation(int classes)
{
    return classes == 0 ? Activation::None : classes == 1 ? Activation::Sigmoid : Activation::Softmax;
}

double sigmoid(double x)
{
    const double e = std::exp(-std::abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

Tensor probabilitiesOf(Activation activation, const Tensor &logits)
{
    Tensor result = logits;
    switch (activation) {
    case Activation::Softmax:
        for (int n = 0; n < logits.shape.n; ++n)
            softmax(std::span(result.values).subspan(logits.index(n, 0, 0, 0), std::size_t(logits.shape.c)));
        break;
    case Activation::Sigmoid:
        std::ranges::transform(result.values, result.values.begin(), [](float x) { return float(sigmoid(x)); });
        break;
    case Activation::None:
        std::ranges::fill(result.values, std::numeric_limits<float>::quiet_NaN());
        break;
    }
    return result;
}

} // namespace reslens::nn
