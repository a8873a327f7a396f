// A network with its weights and everything needed to use it on a picture.
#pragma once

#include "nn/network.h"
#include "nn/preprocess.h"
#include "tensor/stored_tensor.h"

#include <map>
#include <string>
#include <vector>

namespace reslens::nn {

/// Parameters by torchvision name: all present and with the right shapes (weights/ checks this before a Model exists).
using Parameters = std::map<std::string, StoredTensor, std::less<>>;

struct Model {
    std::string name; // the person's choice: resnet20-cifar10, or the file's name
    std::string path; // the checkpoint; empty for embedded models
    Network network;
    Parameters parameters;
    std::vector<std::string> labels;   // one per class; "class 7" if nothing is known
    bool hasClassNames = true;         // false: the labels are such numbers
    Preprocess preprocess;             // what is done
    Preprocess ownPreprocess;          // without a person's settings
    std::vector<std::string> networks; // the paths of all in the file, for --weights
    std::size_t chosenNetwork = 0;     // the one among them that this is
    /// Of one picture.
    Shape inputShape() const { return {1, network.architecture.inputChannels, preprocess.crop, preprocess.crop}; }

    std::vector<std::string> notes; // for the person: inert globals, unused tensors, a converted dtype
};

} // namespace reslens::nn
