#include "analysis/lens.h"

#include "analysis/numbers.h"

namespace reslens::analysis {

Result<std::vector<LensDepth>> skipLens(nn::Executor &executor, const Tensor &input, const LensRequest &request,
                                        const Job &job)
{
    const nn::Network &network = executor.model().network;
    TRY(checkOneImage(input));
    TRY(checkHasShortcuts(network, "depth to look through"));
    const std::vector<nn::BlockScale> scales = TRY(scalesForAll(network, request.scales));
    const int blocks = int(network.blocks.size());
    std::vector<LensDepth> depths;
    for (int last = -1; last < blocks; ++last) {
        nn::RunOptions options{.scales = scales, .stop = job.stop};
        for (int b = last + 1; b < blocks; ++b)
            options.scales[b].beta = 0;
        const nn::Forward forward = TRY(executor.forward(input, options));
        LensDepth depth{last, last < 0 ? "stem" : network.blocks[last].name,
                        topPredictions(forward, 0, executor.model().labels, request.count),
                        complaintAbout({{"logits", magnitude(forward.logits.values).norm}})};
        depths.push_back(std::move(depth));
        job.report(last + 2, blocks + 1);
    }
    return depths;
}

} // namespace reslens::analysis
