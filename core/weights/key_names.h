// Checkpoint keys as people publish them, translated to torchvision's names.
#pragma once

#include "weights/checkpoint.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::weights {

struct NamedTensor {
    std::string key; // in the file
    StoredTensor tensor;
};
using NamedTensors = std::map<std::string, NamedTensor, std::less<>>; // by torchvision name

/// How one file's keys become torchvision's: prefixes of wrapping modules are removed, and transformers', timm's and
/// the CIFAR repositories' names translated.
class KeyTranslation {
public:
    explicit KeyTranslation(const Checkpoint &checkpoint);

    std::string torchvisionName(std::string_view key) const;
    /// All tensors by their new names. Malformed if two keys become the same.
    Result<NamedTensors> named(const Checkpoint &checkpoint) const;

private:
    std::vector<std::string_view> m_prefixes; // in the order they are removed
    bool m_isTransformers = false;            // elsewhere, `classifier.1` may be anything
};

} // namespace reslens::weights
