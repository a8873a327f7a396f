#include "analysis/gradient_flow.h"

namespace reslens::analysis {

namespace {

BlockFlow flowOf(const nn::Block &block, int index, const nn::BlockGradients &gradients, int image)
{
    BlockFlow flow{index, block.name, block.stage, block.identity, block.hasShortcut()};
    const auto gy = imageOf(gradients.gy, image), gF = imageOf(gradients.gF, image), gx = imageOf(gradients.gx, image);
    flow.gy = magnitude(gy);
    flow.gF = magnitude(gF);
    flow.gx = magnitude(gx);
    const double gxgx = dot(gx, gx);
    if (block.hasShortcut()) {
        const auto gs = imageOf(gradients.gs, image);
        flow.gs = magnitude(gs);
        flow.skipShare = ratio(dot(gs, gx), gxgx);
        flow.angle = ratio(dot(gs, gF), flow.gs.norm * flow.gF.norm);
    }
    flow.branchShare = ratio(dot(gF, gx), gxgx);
    flow.gain = ratio(flow.gx.norm, flow.gy.norm);
    flow.rmsGain = ratio(flow.gx.rms, flow.gy.rms);
    flow.complaint =
        complaintAbout({{"gy", flow.gy.norm}, {"gs", flow.gs.norm}, {"gF", flow.gF.norm}, {"gx", flow.gx.norm}});
    return flow;
}

} // namespace

Result<GradientFlow> gradientFlow(const nn::Network &network, const nn::Gradients &gradients, int image)
{
    if (image < 0 || image >= int(gradients.objectives().size()))
        return fail(ErrorKind::NotFound, "image " + std::to_string(image), "the batch has no such image");
    GradientFlow flow{gradients.objectives()[image], {}, {}, {}};
    for (int b = 0; b < int(network.blocks.size()); ++b) {
        const Result<nn::BlockGradients> block = gradients.ofBlock(b);
        if (!block)
            return tl::unexpected(block.error());
        flow.blocks.push_back(flowOf(network.blocks[b], b, *block, image));
    }
    const Result<Tensor> input = gradients.ofInput();
    if (!input)
        return tl::unexpected(input.error());
    flow.input = magnitude(imageOf(*input, image));
    flow.complaint = complaintAbout({{"input gradient", flow.input.norm}});
    return flow;
}

} // namespace reslens::analysis
