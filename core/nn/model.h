// A network with its weights and everything needed to use it on a picture.
#pragma once

#include "nn/network.h"
#include "tensor/stored_tensor.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace reslens::nn {

/// Parameters by torchvision name: all present and with the right shapes (weights/ checks this before a Model exists).
using Parameters = std::map<std::string, StoredTensor, std::less<>>;

/// How a picture becomes the network's input: shorter side resized to `resize`, centre `crop`, RGB in [0,1],
/// normalised.
struct Preprocess {
    int resize = 256, crop = 224;
    std::array<float, 3> mean{0.485f, 0.456f, 0.406f}, deviation{0.229f, 0.224f, 0.225f};
    bool isAssumed = false; // neither the file nor its publisher said
    std::string source;     // "embedded", "torchvision IMAGENET1K_V1", "assumed: ImageNet", "command line"
    bool operator==(const Preprocess &) const = default;
};

struct Model {
    std::string name; // the person's choice: resnet20-cifar10, or the file's name
    std::string path; // the checkpoint; empty for embedded models
    Network network;
    Parameters parameters;
    std::vector<std::string> labels; // one per class; "class 7" if nothing is known
    Preprocess preprocess;
    /// Of one picture.
    Shape inputShape() const { return {1, network.architecture.inputChannels, preprocess.crop, preprocess.crop}; }

    std::vector<std::string> notes; // for the person: inert globals, unused tensors, a converted dtype
};

} // namespace reslens::nn
