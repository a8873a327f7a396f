#include "analysis/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace reslens::analysis {

namespace {

/// Whether class `a` ranks above class `b`.
bool ranksAbove(const nn::Forward &forward, int image, int a, int b)
{
    const auto key = [&](int c) {
        const float logit = forward.logits(image, c, 0, 0);
        return std::isnan(logit) ? -std::numeric_limits<float>::infinity() : logit;
    };
    return key(a) != key(b) ? key(a) > key(b) : a < b;
}

} // namespace

std::vector<Prediction> topPredictions(const nn::Forward &forward, int image, const std::vector<std::string> &labels,
                                       int count)
{
    const Shape &shape = forward.logits.shape;
    std::vector<int> classes(shape.c);
    std::iota(classes.begin(), classes.end(), 0);
    count = std::clamp(count, 0, shape.c);
    std::partial_sort(classes.begin(), classes.begin() + count, classes.end(),
                      [&](int a, int b) { return ranksAbove(forward, image, a, b); });
    std::vector<Prediction> top;
    for (int i = 0; i < count; ++i) {
        const int c = classes[i];
        const std::string label = c < int(labels.size()) ? labels[c] : "class " + std::to_string(c);
        top.push_back({c, label, forward.probabilities(image, c, 0, 0), forward.logits(image, c, 0, 0)});
    }
    return top;
}

int rankOf(const nn::Forward &forward, int image, int index)
{
    int rank = 1;
    for (int c = 0; c < forward.logits.shape.c; ++c)
        rank += ranksAbove(forward, image, c, index);
    return rank;
}

} // namespace reslens::analysis
