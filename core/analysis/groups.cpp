#include "analysis/groups.h"

#include "analysis/channel_affine.h"

#include <cmath>

namespace reslens::analysis {

namespace {

/// The end of a branch: grouped convolution -> batch norm -> ReLU -> r -> convolution 1x1 -> batch norm -> F.
struct BranchEnd {
    int r = 0, convolution = 0, batchNorm = 0;
    int groups = 1;
};

Result<BranchEnd> branchEndOf(const nn::Network &network, const nn::Block &block)
{
    const auto inputOf = [&](int layer) { return network.layers[layer].inputs[0]; };
    BranchEnd end{0, inputOf(block.F), block.F};
    end.r = inputOf(end.convolution);
    for (int l = block.firstLayer; l < end.convolution; ++l)
        if (const auto *conv = std::get_if<nn::Conv2d>(&network.layers[l].op))
            end.groups = std::max(end.groups, conv->groups);
    if (end.groups == 1)
        return fail(ErrorKind::Unsupported, block.name, "its convolutions have no groups to split the branch into");
    return end;
}

/// The sums over one image. Its rows (one output channel of one group's path) are made one after the other.
class PartSums {
public:
    PartSums(int groups, std::span<const float> F, std::size_t plane)
        : m_squares(std::size_t(groups) + 1), m_products(m_squares.size()), m_total(F.size()), m_F(F), m_plane(plane)
    {
    }

    void add(std::size_t part, std::size_t channel, std::span<const double> row)
    {
        const std::size_t first = channel * m_plane;
        for (std::size_t p = 0; p < m_plane; ++p) {
            m_squares[part] += row[p] * row[p];
            m_products[part] += row[p] * m_F[first + p];
            m_total[first + p] += row[p];
        }
    }

    GroupContributions result(int block) const
    {
        const double FF = dot(m_F, m_F);
        double missed = 0;
        for (std::size_t i = 0; i < m_F.size(); ++i)
            missed += (m_total[i] - m_F[i]) * (m_total[i] - m_F[i]);
        GroupContributions result{block, {}, {}, std::sqrt(FF), ratio(std::sqrt(missed), std::sqrt(FF))};
        for (std::size_t part = 0; part < m_squares.size(); ++part)
            result.groups.push_back({std::sqrt(m_squares[part]), ratio(m_products[part], FF)});
        result.bias = result.groups.back();
        result.groups.pop_back();
        return result;
    }

private:
    std::vector<double> m_squares, m_products; // by group; the last is the bias
    std::vector<double> m_total;               // sum of the parts
    std::span<const float> m_F;
    std::size_t m_plane;
};

} // namespace

Result<GroupContributions> groupsOf(const TracedRun &run, int block, const std::stop_token &stop)
{
    TRY(check(run));
    TRY(checkBlock(run.network(), block));
    const BranchEnd end = TRY(branchEndOf(run.network(), run.network().blocks[block]));
    const Tensor r = TRY(run.trace.read(end.r)), F = TRY(run.trace.read(end.batchNorm));

    const nn::Layer &convolution = run.network().layers[end.convolution];
    const std::vector<float> W = run.model.parameters.at(convolution.name + ".weight").toFloats();
    const ChannelAffine norm = affineOf(run.model, end.batchNorm);
    const std::size_t K = norm.factor.size(), C = std::size_t(r.shape.c), P = r.shape.planeCount();
    const std::size_t groupChannels = C / std::size_t(end.groups);
    const std::span<const float> in = imageOf(r, run.image);
    PartSums sums(end.groups, imageOf(F, run.image), P);
    std::vector<double> row(P);
    for (std::size_t k = 0; k < K; ++k) {
        TRY(checkNotStopped(stop, "groups of a branch"));
        for (std::size_t g = 0; g < std::size_t(end.groups); ++g) {
            std::fill(row.begin(), row.end(), 0.0);
            for (std::size_t c = g * groupChannels; c < (g + 1) * groupChannels; ++c)
                for (std::size_t p = 0; p < P; ++p)
                    row[p] += norm.factor[k] * W[k * C + c] * in[c * P + p];
            sums.add(g, k, row);
        }
        std::fill(row.begin(), row.end(), norm.shift[k]);
        sums.add(std::size_t(end.groups), k, row);
    }
    return sums.result(block);
}

} // namespace reslens::analysis
