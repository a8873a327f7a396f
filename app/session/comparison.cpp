#include "session/comparison.h"

#include "session/position.h"

#include <algorithm>
#include <array>
#include <functional>

namespace reslens::session {

namespace {

constexpr int kPredictions = 5;
constexpr int kOtherSteps = 3; // besides the lens: costs, shares, gradients

ModelSummary described(const Subject &subject)
{
    const nn::Model &model = subject.model();
    ModelSummary summary;
    summary.name = model.name;
    summary.path = model.path;
    summary.architecture = model.network.architecture.name;
    summary.device = subject.executor().device().name;
    summary.hasShortcuts = model.network.blocks.front().hasShortcut();
    summary.preprocess = model.preprocess;
    if (model.hasClassNames)
        summary.labels = model.labels;
    summary.forward = subject.trace().forward();
    summary.forward.times.clear();
    summary.top = analysis::topPredictions(summary.forward, 0, model.labels, kPredictions);
    summary.parameters = nn::parameterCount(model.network);
    summary.macs = nn::macs(model.network, subject.input().shape);
    return summary;
}

/// Sums the times over the parts of the network, in order.
std::vector<PartTime> partTimes(const nn::Network &network, const std::vector<nn::LayerTime> &times)
{
    std::vector<PartTime> parts;
    if (times.empty())
        return parts;
    const auto add = [&](const std::string &name, double ms) {
        const auto found = std::ranges::find(parts, name, &PartTime::name);
        if (found == parts.end())
            parts.push_back({name, ms});
        else
            found->ms += ms;
    };
    for (int layer = 0; layer < int(network.layers.size()); ++layer) // includes parts without a kernel of their own
        add(partName(network, layer), 0);
    for (const nn::LayerTime &time : times)
        add(partName(network, time.layer), time.ms);
    return parts;
}

/// Runs once before it measures: the first pass records commands and warms caches.
Result<void> measure(Subject &subject, ModelSummary &summary, const std::stop_token &stop)
{
    nn::Executor &executor = subject.executor();
    for (const bool timesLayers : {false, false, true}) {
        const nn::Forward forward = TRY(executor.forward(subject.input(), {.timesLayers = timesLayers, .stop = stop}));
        if (timesLayers)
            summary.times = partTimes(subject.network(), forward.times);
        else
            summary.passMs = forward.wallMs;
    }
    return {};
}

Result<void> addShares(Subject &subject, ModelSummary &summary, const std::stop_token &stop)
{
    std::vector<analysis::BlockContribution> contributions = TRY(analysis::contributionsOf(subject.run(), stop));
    for (analysis::BlockContribution &block : contributions) {
        block.channels.clear();
        const double depth = relativeDepth(block.block, int(subject.network().blocks.size()));
        summary.blocks.push_back({depth, std::move(block), {}});
    }
    return {};
}

Result<void> addGradients(Subject &subject, ModelSummary &summary, const std::stop_token &stop)
{
    const nn::Gradients *gradients =
        TRY(subject.gradients({nn::usualObjective(subject.network().architecture.activation)}, stop));
    analysis::GradientFlow flow = TRY(analysis::gradientFlow(subject.network(), *gradients, 0, stop));
    for (analysis::BlockFlow &block : flow.blocks)
        summary.blocks[std::size_t(block.block)].gradient = std::move(block);
    return {};
}

Result<void> addLens(Subject &subject, ModelSummary &summary, const analysis::Job &job)
{
    auto lens = analysis::skipLens(subject.executor(), subject.input(), {.count = 1}, job);
    if (lens)
        summary.lens = std::move(*lens);
    else if (lens.error().kind == ErrorKind::Unsupported) // a plain network has no lens, but all else
        summary.whyNoLens = lens.error().message();
    else
        return tl::unexpected(lens.error());
    return {};
}

bool isDefined(const analysis::LensDepth &depth)
{
    return depth.complaint.empty() && !depth.top.empty();
}

/// Finds the top class of `first` in `other`: by index if both have the same classes, since names are not unique
/// (ImageNet has two cranes); otherwise by name. Classes without names have counterparts in their own model only.
std::optional<int> counterpart(const ModelSummary &first, const ModelSummary &other)
{
    const bool isItself = first.name == other.name && first.path == other.path && first.labels == other.labels;
    const bool hasNames = !first.labels.empty() && !other.labels.empty();
    if (isItself || (hasNames && first.labels == other.labels))
        return first.top[0].index;
    if (!hasNames)
        return std::nullopt;
    const auto found = std::ranges::find(other.labels, first.top[0].label);
    return found == other.labels.end() ? std::nullopt : std::optional(int(found - other.labels.begin()));
}

} // namespace

std::optional<double> DepthPoint::value(const study::Quantity &quantity) const
{
    const bool saysNothing = quantity.needsSkip && !forward.hasShortcut;
    return saysNothing ? std::nullopt : quantity.value({&forward, &gradient, forward.scale});
}

std::string DepthPoint::complaint() const
{
    const char *separator = forward.complaint.empty() || gradient.complaint.empty() ? "" : "; ";
    return forward.complaint + separator + gradient.complaint;
}

std::vector<const study::Quantity *> comparedQuantities()
{
    std::vector<const study::Quantity *> all = study::quantitiesOf(study::Needs::Forward);
    std::ranges::copy(study::quantitiesOf(study::Needs::Gradient), std::back_inserter(all));
    return all;
}

Result<ModelSummary> summarise(Subject &subject, const analysis::Job &job)
{
    ModelSummary summary = described(subject);
    const int total = kOtherSteps + int(subject.network().blocks.size()) + 1;
    const std::array<std::function<Result<void>()>, kOtherSteps> others{
        [&] { return measure(subject, summary, job.stop); },
        [&] { return addShares(subject, summary, job.stop); },
        [&] { return addGradients(subject, summary, job.stop); },
    };
    for (int step = 0; step < kOtherSteps; ++step) {
        TRY(others[std::size_t(step)]());
        if (job.stop.stop_requested())
            return fail(ErrorKind::Cancelled, summary.name, "the comparison was cancelled");
        job.report(step + 1, total);
    }
    const auto report = [&](int passes, int) { job.report(kOtherSteps + passes, total); };
    TRY(addLens(subject, summary, {job.stop, report}));
    job.report(total, total);
    summary.memoryBytes = subject.executor().memoryBytes();
    return summary;
}

double relativeDepth(int block, int blockCount)
{
    return double(block + 1) / blockCount;
}

std::optional<std::size_t> decidedAt(const std::vector<analysis::LensDepth> &lens)
{
    if (lens.empty() || !isDefined(lens.back()))
        return std::nullopt;
    std::size_t first = lens.size() - 1;
    while (first > 0 && isDefined(lens[first - 1]) && lens[first - 1].top[0].index == lens.back().top[0].index)
        --first;
    return first;
}

Agreement agreement(const ModelSummary &first, const ModelSummary &other)
{
    if (first.top.empty() || other.top.empty())
        return {};
    const std::optional<int> wanted = counterpart(first, other);
    if (!wanted)
        return {};
    return {other.top[0].index == *wanted, analysis::rankOf(other.forward, 0, *wanted)};
}

} // namespace reslens::session
