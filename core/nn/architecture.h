// A residual network's architecture as data: everything that distinguishes ResNet-18 from ResNeXt-101 or a CIFAR
// plain-56.
// Sources: He et al. 2015 (arXiv 1512.03385) sections 3 and 4.2; Xie et al. 2017 (ResNeXt); Zagoruyko 2016 (wide); He
// et al. 2018 (arXiv 1812.01187) section 4.2 (ResNet-C and -D). The stride of a bottleneck sits in its 3x3 convolution,
// as in torchvision ("v1.5").
#pragma once

#include "nn/activation.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::nn {

enum class StemKind {
    Imagenet, // conv 7x7/2 (or 5x5/2, or three 3x3), batch norm, ReLU, max-pool 3x3/2
    Cifar,    // conv 3x3, batch norm, ReLU
};

enum class BlockKind {
    Basic,      // 3x3, 3x3
    Bottleneck, // 1x1, 3x3, 1x1 with four times the channels
};

enum class ShortcutKind {
    Projection,  // option B: conv 1x1 and batch norm where the shape changes, else identity
    AveragePool, // ResNet-D: as a projection, but an average pool makes the picture smaller, before the conv 1x1
    BlurPool,    // anti-aliased: the same with a blur pool
    ZeroPad,     // option A: subsampling and zero channels where the shape changes, else identity
    None,        // a plain network: no addition
};

/// A layer behind the global average pool.
struct HeadLayer {
    enum class Kind { Linear, BatchNorm, Relu };
    Kind kind;
    std::string name; // of its parameters: "fc", "fc.3"
    int features;     // its outputs
    bool operator==(const HeadLayer &) const = default;
};

struct Architecture {
    std::string name; // torchvision's, if it has one; the CIFAR family: resnet20, resnet20_b, plain20
    StemKind stem = StemKind::Imagenet;
    BlockKind block = BlockKind::Basic;
    ShortcutKind shortcut = ShortcutKind::Projection;
    std::vector<int> depths;   // residual blocks in each stage
    int inputChannels = 3;     // of the picture
    int stemKernel = 7;        // of its (last) convolution
    std::vector<int> deepStem; // the outputs of the 3x3 convolutions before the stem's last one: ResNet-C and -D
    bool hasStemPool = true;
    int blurKernel = 0;     // anti-aliased networks: of the blur pools that take over the strides; 0: none
    int stemChannels = 64;  // also the width of stage 1; every further stage doubles it
    int groups = 1;         // of a bottleneck's 3x3 convolution
    int groupChannels = 64; // torchvision's width_per_group: a bottleneck's 3x3 has width * groupChannels/64 * groups
    int classes = 1000;     // outputs of the head; 0: it has no head, and its features are what comes out
    std::vector<HeadLayer> head;                 // all of its layers, if it is more than a linear layer "fc"
    Activation activation = Activation::Softmax; // of the outputs

    int inputSize() const { return stem == StemKind::Imagenet ? 224 : 32; }
    int expansion() const { return block == BlockKind::Basic ? 1 : 4; }
    int stageWidth(int stage) const { return stemChannels << stage; }              // stage counts from 0
    int stageChannels(int stage) const { return stageWidth(stage) * expansion(); } // of a block's output
    int innerChannels(int stage) const;                                            // of a block's 3x3 convolution
    int featureChannels() const { return stageChannels(int(depths.size()) - 1); }  // into the head
    int outputs() const { return classes > 0 ? classes : featureChannels(); }
    bool operator==(const Architecture &) const = default;
};

/// The network called `name`: torchvision's names, `plain18`, `plain34`, and `resnetN`, `resnetN_b`, `plainN` for any N
/// = 6n+2 that torchvision does not use (CIFAR; `_cifar` at the end forces it). A `c` or `d` at the end of a
/// torchvision name is ResNet-C or -D. Empty if there is no such network.
std::optional<Architecture> architectureNamed(std::string_view name);

/// Gives `architecture` the published name that its numbers match, or one that spells them out.
std::string nameFor(const Architecture &architecture);

/// Every torchvision name, and the CIFAR names people use, in the order of the tables in docs.
std::vector<std::string> knownArchitectures();

} // namespace reslens::nn
