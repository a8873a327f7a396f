#include "study/fit_search.h"

#include "zoo/model_settings.h"

#include <algorithm>
#include <limits>

namespace reslens::study {

namespace {

double scoreOf(const FitCandidate &candidate)
{
    return candidate.fit.all.isDefined ? candidate.fit.all.value : std::numeric_limits<double>::infinity();
}

Result<analysis::Fit> fitWith(nn::Executor &executor, const nn::Preprocess &how, const FitServices &services,
                              const std::stop_token &stop)
{
    analysis::FitSums sums(executor.model());
    for (int picture = 0; picture < services.pictures; ++picture) {
        const Tensor input = TRY(services.prepare(picture, how));
        const auto trace = TRY(executor.trace(input, {.stop = stop}));
        TRY(sums.add(*trace, stop));
    }
    return sums.fit();
}

struct Change {
    const char *name;
    nn::Variant variant;
};

bool hasStrideInConv1(const nn::Network &network)
{
    return std::ranges::any_of(network.layers, [](const nn::Layer &layer) {
        const auto *conv = std::get_if<nn::Conv2d>(&layer.op);
        return conv && conv->stride > 1 && layer.name.ends_with(".conv1");
    });
}

/// The variants with the same tensors that tensors cannot tell from this one.
std::vector<Change> changesOf(const nn::Model &model)
{
    std::vector<Change> changes;
    const auto add = [&](const char *name, auto set) {
        nn::Variant variant;
        set(variant);
        changes.push_back({name, variant});
    };
    const nn::Network &network = model.network;
    const auto pool = std::ranges::find_if(
        network.layers, [](const nn::Layer &layer) { return std::holds_alternative<nn::MaxPool>(layer.op); });
    if (network.architecture.stem == nn::StemKind::Imagenet && pool != network.layers.end()) {
        if (std::get<nn::MaxPool>(pool->op).kernel > 1)
            add("without the stem's pool", [](nn::Variant &v) { v.pool = nn::StemPool::None; });
        else
            add("with a stem's pool", [](nn::Variant &v) { v.pool = nn::StemPool::Max; });
    }
    if (network.architecture.block == nn::BlockKind::Bottleneck) {
        if (hasStrideInConv1(network))
            add("stride in conv2", [](nn::Variant &v) { v.stride = nn::StridePlace::Conv2; });
        else
            add("stride in conv1", [](nn::Variant &v) { v.stride = nn::StridePlace::Conv1; });
    }
    return changes;
}

bool isSameNormalisation(const nn::Preprocess &a, const nn::Preprocess &b)
{
    return a.range == b.range && a.order == b.order && a.mean == b.mean && a.deviation == b.deviation;
}

} // namespace

Result<std::vector<FitCandidate>> searchFit(const nn::Model &model, const FitServices &services,
                                            const analysis::Job &job)
{
    const std::vector<Change> changes = changesOf(model);
    const int total = int(1 + zoo::normalisations().size() + changes.size());
    std::vector<FitCandidate> candidates;
    const auto take = [&](std::string name, const nn::Preprocess &how, const nn::Variant &variant,
                          nn::Executor &executor) -> Result<void> {
        job.report(int(candidates.size()), total);
        candidates.push_back(
            {std::move(name), how, variant, TRY(fitWith(executor, how, services, job.stop)), candidates.empty()});
        return {};
    };
    {
        const auto executor = TRY(services.makeExecutor(TRY(services.openVariant({}))));
        TRY(take("as it is", model.preprocess, {}, *executor));
        if (!candidates.front().fit.all.isDefined)
            return fail(ErrorKind::Unsupported, model.name, "has no batch norms that remember its training");
        for (const zoo::Normalisation &known : zoo::normalisations()) {
            nn::Preprocess how = model.preprocess;
            how.range = known.range;
            how.order = known.order;
            how.mean = known.mean;
            how.deviation = known.deviation;
            if (!isSameNormalisation(how, model.preprocess))
                TRY(take(known.name, how, {}, *executor));
        }
    }
    for (const Change &change : changes) {
        const auto variant = services.openVariant(change.variant);
        if (!variant)
            continue;
        const auto executor = TRY(services.makeExecutor(*variant));
        TRY(take(change.name, model.preprocess, change.variant, *executor));
    }
    std::ranges::stable_sort(candidates, {}, scoreOf);
    const auto current = std::ranges::find(candidates, true, &FitCandidate::isCurrent);
    if (scoreOf(*current) <= kAsGood * scoreOf(candidates.front()))
        std::rotate(candidates.begin(), current, current + 1);
    return candidates;
}

const FitCandidate *betterThanCurrent(const std::vector<FitCandidate> &candidates)
{
    const auto current = std::ranges::find(candidates, true, &FitCandidate::isCurrent);
    if (current == candidates.end() || current == candidates.begin())
        return nullptr;
    const bool isFarBetter = scoreOf(candidates.front()) < kFarBetter * scoreOf(*current);
    return isFarBetter ? &candidates.front() : nullptr;
}

std::vector<std::string> whatFitCannotTell()
{
    return {"order", "dilate"};
}

} // namespace reslens::study
