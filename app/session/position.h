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

/// Returns nn::tapsOf for the stem and the blocks, and the features, logits and probabilities for the head.
std::vector<nn::Tap> tapsAt(const nn::Network &network, int position);

/// Returns the index of the tap called `name`, or else of the output.
int tapNamed(const std::vector<nn::Tap> &taps, const std::string &name);

/// Returns "stem", "layer2.1" or "head".
std::string positionName(const nn::Network &network, int position);

/// Returns the part of the network that contains the layer: "stem", "stage 2", "head".
std::string partName(const nn::Network &network, int layer);

} // namespace reslens::session
