#include "session/position.h"

namespace reslens::session {

std::vector<nn::Tap> tapsAt(const nn::Network &network, int position)
{
    if (position < headOf(network))
        return nn::tapsOf(network, position);
    return {{"features", network.features, false, "global average of every channel"},
            {"logits", network.logits, true, "the linear layer's output, one value per class"},
            {"probabilities", network.probabilities, false, "softmax of the logits"}};
}

std::string positionName(const nn::Network &network, int position)
{
    if (position == kStem)
        return "stem";
    return position < headOf(network) ? network.blocks[position].name : "head";
}

} // namespace reslens::session
