// Places along the network that can be selected: the stem, every block, the head.
#pragma once

#include "nn/network.h"

#include <string>
#include <vector>

namespace reslens::session {

constexpr int kStem = -1;
constexpr int kNowhere = -2;
/// Blocks are 0, 1, ...; the head comes after the last.
inline int headOf(const nn::Network &network)
{
    return int(network.blocks.size());
}

/// nn::tapsOf for the stem and the blocks; the features, logits and probabilities for the head.
std::vector<nn::Tap> tapsAt(const nn::Network &network, int position);

/// "stem", "layer2.1", "head"
std::string positionName(const nn::Network &network, int position);

/// "stem", "stage 2", "head": in which part of the network a layer stands.
std::string partName(const nn::Network &network, int layer);

} // namespace reslens::session
