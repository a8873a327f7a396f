#include "analysis/ledger.h"

#include "analysis/channel_affine.h"
#include "analysis/linear_head.h"
#include "nn/gradients.h"

namespace reslens::analysis {

namespace {

/// scale * sum over channels of h * value, per pixel.
struct MappedProduct {
    double sum = 0;
    Tensor map;
};

MappedProduct mappedProduct(const Tensor &h, const Tensor &value, int image, double scale)
{
    const std::size_t plane = h.shape.planeCount();
    const std::span<const float> a = imageOf(h, image), b = imageOf(value, image);
    std::vector<double> pixels(plane);
    for (std::size_t i = 0; i < a.size(); ++i)
        pixels[i % plane] += double(a[i]) * b[i];
    MappedProduct product{scale * analysis::sum(pixels), Tensor({1, 1, h.shape.h, h.shape.w})};
    for (std::size_t p = 0; p < plane; ++p)
        product.map.values[p] = float(scale * pixels[p]);
    return product;
}

/// <h, d>, where d is the same at all pixels of a channel.
double productWithShift(std::span<const float> h, const std::vector<double> &shift)
{
    const std::size_t plane = h.size() / shift.size();
    double product = 0;
    for (std::size_t i = 0; i < h.size(); ++i)
        product += h[i] * shift[i / plane];
    return product;
}

class Bookkeeper {
public:
    Bookkeeper(const TracedRun &run, const nn::Gradients &bySkips) : m_run(run), m_bySkips(bySkips) {}

    Result<LedgerEntry> entryOf(int index) const
    {
        const nn::Block &block = m_run.network().blocks[index];
        const Tensor F = TRY(m_run.trace.read(block.F)), u = TRY(m_run.trace.read(block.u));
        nn::BlockGradients gradients = TRY(m_bySkips.ofBlock(index));
        Tensor h = std::move(gradients.gy); // m * g_y
        for (std::size_t i = 0; i < h.values.size(); ++i)
            h.values[i] = u.values[i] > 0 ? h.values[i] : 0.0f;

        const auto [alpha, beta] = m_run.scaleOf(index);
        MappedProduct branch = mappedProduct(h, F, m_run.image, beta);
        LedgerEntry entry{index, block.name, branch.sum, 0.0, std::move(branch.map), {}};
        if (std::holds_alternative<nn::BatchNorm>(m_run.network().layers[block.s].op))
            entry.projection = alpha * productWithShift(imageOf(h, m_run.image), affineOf(m_run.model, block.s).shift);
        entry.complaint = complaintAbout({{"branch", entry.branch}, {"projection", entry.projection}});
        return entry;
    }

    Result<MappedProduct> stem() const
    {
        const Tensor output = TRY(m_run.trace.read(m_run.network().stem));
        return mappedProduct(TRY(m_bySkips.ofBlock(0)).gx, output, m_run.image, 1.0);
    }

private:
    const TracedRun &m_run;
    const nn::Gradients &m_bySkips;
};

Result<std::unique_ptr<nn::Gradients>> gradientsBySkips(const TracedRun &run, int target, int against, const Job &job)
{
    std::vector<nn::BlockScale> scales = TRY(scalesForAll(run.network(), run.scales));
    for (nn::BlockScale &scale : scales)
        scale.beta = 0;
    const auto kind = against == -1 ? nn::ObjectiveKind::Logit : nn::ObjectiveKind::LogitDifference;
    return nn::backward(run.trace, {kind, target, against}, {.scales = std::move(scales), .stop = job.stop});
}

} // namespace

Result<Ledger> ledgerOf(const TracedRun &run, int target, int against, const Job &job)
{
    const nn::Network &network = run.network();
    TRY(check(run));
    TRY(checkHasShortcuts(network, "ledger to write"));
    TRY(checkHasRelus(network, "the ledger"));
    const auto gradients = TRY(gradientsBySkips(run, target, against, job));
    const nn::ImageObjective objective = gradients->objectives()[run.image];
    Ledger ledger{objective.target, objective.against};
    const LinearHead head = TRY(linearHead(run, ledger.target, ledger.against, objective.value));
    ledger.bias = head.bias;
    ledger.headIsGradient = head.isGradient;

    const Bookkeeper bookkeeper(run, *gradients);
    MappedProduct stem = TRY(bookkeeper.stem());
    ledger.stem = stem.sum;
    ledger.stemMap = std::move(stem.map);
    double sum = ledger.bias + ledger.stem;
    for (int b = 0; b < int(network.blocks.size()); ++b) {
        LedgerEntry entry = TRY(bookkeeper.entryOf(b));
        sum += entry.branch + entry.projection;
        ledger.projections += entry.projection;
        ledger.blocks.push_back(std::move(entry));
        job.report(b + 1, int(network.blocks.size()));
    }
    ledger.total = completeness(sum, objective.value);
    return ledger;
}

} // namespace reslens::analysis
