#include "session/position.h"

#include <algorithm>

namespace reslens::session {

std::vector<nn::Tap> tapsAt(const nn::Network &network, int position)
{
    if (position < headOf(network))
        return nn::tapsOf(network, position);
    std::vector<nn::Tap> taps{{"features", network.features, false, "global average of every channel"}};
    if (network.hasHead())
        taps.push_back({"logits", network.logits, true, "the linear layer's output, one value per class"});
    if (network.probabilities >= 0)
        taps.push_back({"probabilities", network.probabilities, false, "softmax of the logits"});
    return taps;
}

int tapNamed(const std::vector<nn::Tap> &taps, const std::string &name)
{
    const auto found = std::ranges::find(taps, name, &nn::Tap::name);
    if (found != taps.end())
        return int(found - taps.begin());
    const auto output = std::ranges::find(taps, "y", &nn::Tap::name);
    return output != taps.end() ? int(output - taps.begin()) : 0;
}

std::string positionName(const nn::Network &network, int position)
{
    if (position == kStem)
        return "stem";
    return position < headOf(network) ? network.blocks[position].name : "head";
}

std::string partName(const nn::Network &network, int layer)
{
    if (layer <= network.stem)
        return "stem";
    for (const nn::Block &block : network.blocks)
        if (layer >= block.firstLayer && layer <= block.lastLayer)
            return "stage " + std::to_string(block.stage);
    return "head";
}

} // namespace reslens::session
