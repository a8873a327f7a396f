#include "nn/objective.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace reslens::nn {

namespace {

constexpr ObjectiveWords kKinds[] = {
    {ObjectiveKind::LogProbability, "logp", "log p", "log p of the class; its negative is the cross-entropy"},
    {ObjectiveKind::Logit, "logit", "logit", "the logit of the class"},
    {ObjectiveKind::Probability, "prob", "p", "the probability of the class"},
    {ObjectiveKind::LogitDifference, "diff", "logit difference", "the logit of one class minus that of another"},
};

Result<void> checkClass(const char *role, int index, int classes)
{
    if (index >= 0 && index < classes)
        return {};
    return fail(ErrorKind::InvalidInput, role,
                "class " + std::to_string(index) + " is out of range, the network has classes 0 to " +
                    std::to_string(classes - 1));
}

Error sameClass(int index)
{
    return {ErrorKind::InvalidInput, "objective",
            "the logit difference of class " + std::to_string(index) + " with itself is always 0", std::nullopt};
}

/// The softmax of one image, for class c. With e_j = exp(x_j - m), m = max_j x_j, nothing overflows. The sums without c
/// and without the largest keep their digits if p_c is almost 1; subtracting p_c from 1 would lose them.
struct Softmax {
    std::vector<double> p;
    double others; // 1 - p_c
    double logP;   // log p_c

    Softmax(std::span<const float> x, int c)
    {
        const int top = int(std::max_element(x.begin(), x.end()) - x.begin());
        const double m = x[top];
        double withoutTop = 0, withoutC = 0;
        for (int j = 0; j < int(x.size()); ++j) {
            p.push_back(std::exp(x[j] - m));
            withoutTop += j == top ? 0 : p[j];
            withoutC += j == c ? 0 : p[j];
        }
        const double sum = 1 + withoutTop;
        for (double &e : p)
            e /= sum;
        others = withoutC / sum;
        logP = x[c] - m - std::log1p(withoutTop);
    }
};

double logSigmoid(double x)
{
    return std::min(x, 0.0) - std::log1p(std::exp(-std::abs(x)));
}

/// log p or p of one class by itself: dJ/dx_j = [j = c] (1 - p), times p for p.
double ownProbability(ObjectiveKind kind, int c, std::span<const float> x, std::span<float> gradient)
{
    const double p = sigmoid(x[c]), others = sigmoid(-double(x[c]));
    const bool isLog = kind == ObjectiveKind::LogProbability;
    gradient[c] = float(isLog ? others : p * others);
    return isLog ? logSigmoid(x[c]) : p;
}

/// J of one image with its classes resolved. Writes dJ/dx_j to `gradient`, which must be 0 before.
double valueOf(ObjectiveKind kind, Activation activation, const ImageObjective &image, std::span<const float> x,
               std::span<float> gradient)
{
    const int c = image.target, d = image.against, K = int(x.size());
    const bool isProbability = kind == ObjectiveKind::LogProbability || kind == ObjectiveKind::Probability;
    if (isProbability && activation == Activation::Sigmoid)
        return ownProbability(kind, c, x, gradient);
    switch (kind) {
    case ObjectiveKind::Logit: // dJ/dx_j = [j = c]
        gradient[c] = 1;
        return x[c];
    case ObjectiveKind::LogitDifference: // dJ/dx_j = [j = c] - [j = d]
        gradient[c] = 1;
        gradient[d] = -1;
        return double(x[c]) - x[d];
    case ObjectiveKind::LogProbability: { // dJ/dx_j = [j = c] - p_j
        const Softmax softmax(x, c);
        for (int j = 0; j < K; ++j)
            gradient[j] = float(j == c ? softmax.others : -softmax.p[j]);
        return softmax.logP;
    }
    case ObjectiveKind::Probability: { // dJ/dx_j = p_c * ([j = c] - p_j)
        const Softmax softmax(x, c);
        for (int j = 0; j < K; ++j)
            gradient[j] = float(softmax.p[c] * (j == c ? softmax.others : -softmax.p[j]));
        return softmax.p[c];
    }
    }
    return 0;
}

} // namespace

std::span<const ObjectiveWords> objectiveKinds()
{
    return kKinds;
}

const ObjectiveWords &wordsOf(ObjectiveKind kind)
{
    return *std::ranges::find(kKinds, kind, &ObjectiveWords::kind);
}

ObjectiveKind usualObjective(Activation activation)
{
    return activation == Activation::Softmax ? ObjectiveKind::LogProbability : ObjectiveKind::Logit;
}

std::optional<ObjectiveKind> objectiveKindNamed(std::string_view name)
{
    const auto found = std::ranges::find_if(
        kKinds, [&](const ObjectiveWords &words) { return name == words.id || name == words.name; });
    return found == std::end(kKinds) ? std::nullopt : std::optional(found->kind);
}

Result<void> check(const Objective &objective, int classes, Activation activation)
{
    const bool isProbability =
        objective.kind == ObjectiveKind::LogProbability || objective.kind == ObjectiveKind::Probability;
    if (isProbability && activation == Activation::None)
        return fail(ErrorKind::InvalidInput, "objective",
                    std::string("there is no \"") + wordsOf(objective.kind).name +
                        "\": the network's outputs are not probabilities; take the logit");
    if (objective.target != -1)
        TRY(checkClass("target", objective.target, classes));
    if (objective.kind != ObjectiveKind::LogitDifference) {
        if (objective.against == -1)
            return {};
        return fail(ErrorKind::InvalidInput, "objective",
                    "a second class (" + std::to_string(objective.against) + ") means nothing to the objective \"" +
                        wordsOf(objective.kind).name + "\"");
    }
    if (objective.against == -1)
        return fail(ErrorKind::InvalidInput, "objective", "the logit difference needs a second class");
    TRY(checkClass("second class", objective.against, classes));
    if (objective.against == objective.target)
        return tl::unexpected(sameClass(objective.target));
    return {};
}

Result<ObjectiveResult> evaluate(const Objective &objective, const Tensor &logits, Activation activation)
{
    const int K = logits.shape.c;
    TRY(check(objective, K, activation));
    ObjectiveResult result{{}, Tensor(logits.shape)};
    for (int n = 0; n < logits.shape.n; ++n) {
        const std::span x(logits.values.data() + logits.index(n, 0, 0, 0), std::size_t(K));
        const std::span gradient(result.gradient.values.data() + logits.index(n, 0, 0, 0), std::size_t(K));
        const int top = int(std::max_element(x.begin(), x.end()) - x.begin());
        ImageObjective image{0, objective.target == -1 ? top : objective.target, objective.against};
        if (image.target == image.against)
            return tl::unexpected(sameClass(image.target));
        image.value = valueOf(objective.kind, activation, image, x, gradient);
        result.images.push_back(image);
    }
    return result;
}

} // namespace reslens::nn
