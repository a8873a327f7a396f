#include "reference/prepared_model.h"

#include <cmath>

namespace reslens::reference {

PreparedModel::PreparedModel(std::shared_ptr<const nn::Model> preparedModel, Arithmetic arithmetic)
    : model(std::move(preparedModel))
{
    for (const nn::Layer &layer : network().layers) {
        runners.emplace_back(layer, model->parameters, arithmetic);
        const auto *add = std::get_if<nn::Add>(&layer.op);
        blockOf.push_back(add ? add->block : -1);
    }
}

nn::BlockScale PreparedModel::scaleOf(int layer, const std::vector<nn::BlockScale> &scales) const
{
    return blockOf[layer] >= 0 && !scales.empty() ? scales[blockOf[layer]] : nn::BlockScale{};
}

std::vector<const Tensor *> PreparedModel::inputsOf(int layer, const std::vector<Tensor> &outputs,
                                                    const Tensor &image) const
{
    std::vector<const Tensor *> inputs;
    for (const int at : network().layers[layer].inputs)
        inputs.push_back(&outputs[at]);
    if (inputs.empty())
        inputs.push_back(&image);
    return inputs;
}

Result<void> checkScales(const nn::Network &network, const std::vector<nn::BlockScale> &scales)
{
    const std::size_t blocks = network.blocks.size();
    if (!scales.empty() && scales.size() != blocks)
        return fail(ErrorKind::InvalidInput, "scales",
                    "has " + std::to_string(scales.size()) + " entries, the network has " + std::to_string(blocks) +
                        " blocks");
    for (std::size_t b = 0; b < scales.size(); ++b)
        if (!std::isfinite(scales[b].alpha) || !std::isfinite(scales[b].beta))
            return fail(ErrorKind::InvalidInput, "scales of " + network.blocks[b].name, "are not finite");
    return {};
}

} // namespace reslens::reference
