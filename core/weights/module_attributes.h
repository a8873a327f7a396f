// A model that was saved whole tells what its tensors do not: strides, dilation, epsilons, its pooling and activations.
#pragma once

#include "nn/network.h"
#include "weights/key_names.h"

namespace reslens::weights {

/// Makes the layers of `network` what the saved modules say, and notes where they differ from torchvision's. Without
/// saved modules it changes nothing. Error: Unsupported (a layer that ResLens does not run, or layers that do not fit
/// together).
Result<void> applyModules(nn::Network &network, Checkpoint &checkpoint, const KeyTranslation &translation);

/// True if the file says that a max-pool stands behind the stem.
bool hasSavedPool(const Checkpoint &checkpoint, const KeyTranslation &translation);

} // namespace reslens::weights
