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

/// J of one image with its classes resolved. Writes dJ/dx_j to `gradient`, which must be 0 before.
double valueOf(ObjectiveKind kind, const ImageObjective &image, std::span<const float> x, std::span<float> gradient)
{
    const int c = image.target, d = image.against, K = int(x.size());
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

std::optional<ObjectiveKind> objectiveKindNamed(std::string_view name)
{
    const auto found = std::ranges::find_if(
        kKinds, [&](const ObjectiveWords &words) { return name == words.id || name == words.name; });
    return found == std::end(kKinds) ? std::nullopt : std::optional(found->kind);
}

Result<void> check(const Objective &objective, int classes)
{
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

Result<ObjectiveResult> evaluate(const Objective &objective, const Tensor &logits)
{
    const int K = logits.shape.c;
    TRY(check(objective, K));
    ObjectiveResult result{{}, Tensor(logits.shape)};
    for (int n = 0; n < logits.shape.n; ++n) {
        const std::span x(logits.values.data() + logits.index(n, 0, 0, 0), std::size_t(K));
        const std::span gradient(result.gradient.values.data() + logits.index(n, 0, 0, 0), std::size_t(K));
        const int top = int(std::max_element(x.begin(), x.end()) - x.begin());
        ImageObjective image{0, objective.target == -1 ? top : objective.target, objective.against};
        if (image.target == image.against)
            return tl::unexpected(sameClass(image.target));
        image.value = valueOf(objective.kind, image, x, gradient);
        result.images.push_back(image);
    }
    return result;
}

} // namespace reslens::nn
