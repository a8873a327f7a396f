// Translates checkpoint keys, as people publish them, to torchvision's names.
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

/// Translates one file's keys to torchvision's: removes the prefixes of wrapping modules, and translates the names of
/// transformers, timm and the CIFAR repositories.
class KeyTranslation {
public:
    explicit KeyTranslation(const Checkpoint &checkpoint);

    std::string torchvisionName(std::string_view key) const;
    /// All tensors by their new names. Malformed if two keys become the same.
    Result<NamedTensors> named(const Checkpoint &checkpoint) const;

private:
    std::vector<std::string_view> m_prefixes; // in the order they are removed
    bool m_isTransformers = false;            // without it, `classifier.1` may be anything
};

} // namespace reslens::weights
