#include "analysis/gradient_flow.h"

#include "analysis/traced_run.h"

namespace reslens::analysis {

namespace {

BlockFlow flowOf(const nn::Block &block, int index, nn::BlockGradientSums sums, int image)
{
    using Sums = nn::BlockGradientSums;
    const auto of = [&](std::vector<double> Sums::*sum) { return sums.ofImage(sum, image); };
    const auto size = [](const Shape &shape) { return std::size_t(shape.c) * shape.planeCount(); };
    const double gxgx = of(&Sums::gxgx);
    BlockFlow flow{index, block.name, block.stage, block.identity, block.hasShortcut()};
    flow.gy = magnitude(of(&Sums::gygy), size(sums.y));
    flow.gF = magnitude(of(&Sums::gFgF), size(sums.x));
    flow.gx = magnitude(gxgx, size(sums.x));
    if (block.hasShortcut()) {
        flow.gs = magnitude(of(&Sums::gsgs), size(sums.x));
        flow.skipShare = ratio(of(&Sums::gsgx), gxgx);
        flow.cosine = ratio(of(&Sums::gsgF), flow.gs.norm * flow.gF.norm);
    }
    flow.branchShare = ratio(of(&Sums::gFgx), gxgx);
    flow.gain = ratio(flow.gx.norm, flow.gy.norm);
    flow.rmsGain = ratio(flow.gx.rms, flow.gy.rms);
    flow.complaint =
        complaintAbout({{"gy", flow.gy.norm}, {"gs", flow.gs.norm}, {"gF", flow.gF.norm}, {"gx", flow.gx.norm}});
    flow.sums = std::move(sums);
    flow.image = image;
    return flow;
}

} // namespace

Result<GradientFlow> gradientFlow(const nn::Network &network, const nn::Gradients &gradients, int image,
                                  const std::stop_token &stop)
{
    if (image < 0 || image >= int(gradients.objectives().size()))
        return fail(ErrorKind::NotFound, "image " + std::to_string(image), "the batch has no such image");
    GradientFlow flow{gradients.objectives()[image], {}, {}, {}};
    for (int b = 0; b < int(network.blocks.size()); ++b) {
        TRY(checkNotStopped(stop, "gradient flow"));
        flow.blocks.push_back(flowOf(network.blocks[b], b, TRY(nn::blockGradientSums(gradients, network, b)), image));
    }
    const Tensor input = TRY(gradients.ofInput());
    flow.input = magnitude(imageOf(input, image));
    flow.complaint = complaintAbout({{"input gradient", flow.input.norm}});
    return flow;
}

} // namespace reslens::analysis
