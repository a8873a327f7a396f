#include "analysis/ranking.h"

#include <algorithm>
#include <numeric>

namespace reslens::analysis {

std::vector<Prediction> topPredictions(const nn::Forward &forward, int image, const std::vector<std::string> &labels,
                                       int count)
{
    const Shape &shape = forward.logits.shape;
    std::vector<int> classes(shape.c);
    std::iota(classes.begin(), classes.end(), 0);
    const auto logit = [&](int c) { return forward.logits(image, c, 0, 0); };
    count = std::clamp(count, 0, shape.c);
    std::partial_sort(classes.begin(), classes.begin() + count, classes.end(), [&](int a, int b) {
        return logit(a) != logit(b) ? logit(a) > logit(b) : a < b;
    });
    std::vector<Prediction> top;
    for (int i = 0; i < count; ++i) {
        const int c = classes[i];
        const std::string label = c < int(labels.size()) ? labels[c] : "class " + std::to_string(c);
        top.push_back({c, label, forward.probabilities(image, c, 0, 0), logit(c)});
    }
    return top;
}

} // namespace reslens::analysis
