#include "analysis/lens.h"

#include "analysis/numbers.h"

namespace reslens::analysis {

Result<std::vector<LensDepth>> skipLens(nn::Executor &executor, const Tensor &input, const LensRequest &request,
                                        const Job &job)
{
    const nn::Network &network = executor.model().network;
    for (const Result<void> &checked : {checkOneImage(input), checkHasShortcuts(network, "depth to look through")})
        if (!checked)
            return tl::unexpected(checked.error());
    const Result<std::vector<nn::BlockScale>> scales = scalesForAll(network, request.scales);
    if (!scales)
        return tl::unexpected(scales.error());
    const int blocks = int(network.blocks.size());
    std::vector<LensDepth> depths;
    for (int last = -1; last < blocks; ++last) {
        nn::RunOptions options{.scales = *scales, .stop = job.stop};
        for (int b = last + 1; b < blocks; ++b)
            options.scales[b].beta = 0;
        const Result<nn::Forward> forward = executor.forward(input, options);
        if (!forward)
            return tl::unexpected(forward.error());
        LensDepth depth{last, last < 0 ? "stem" : network.blocks[last].name,
                        topPredictions(*forward, 0, executor.model().labels, request.count),
                        complaintAbout({{"logits", magnitude(forward->logits.values).norm}})};
        depths.push_back(std::move(depth));
        job.report(last + 2, blocks + 1);
    }
    return depths;
}

} // namespace reslens::analysis
