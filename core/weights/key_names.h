// Translates checkpoint keys, as people publish them, to torchvision's names.
#pragma once

#include "weights/checkpoint.h"
#include "weights/heads.h"
#include "weights/naming_styles.h"

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

/// Translates one file's keys to torchvision's. The network is found by its names under any prefix. Its head
/// has many names and may stand beside the network, so it is found by its shape too.
class KeyTranslation {
public:
    /// Errors: Unsupported (a head that ResLens does not run).
    static Result<KeyTranslation> of(const Checkpoint &checkpoint);

    /// A key that stands outside of the network begins with a colon then, so that it is no part of it.
    std::string torchvisionName(std::string_view key) const;
    /// All tensors by their new names; a pruned weight is the product of its two parts. Malformed if two keys become
    /// the same.
    Result<NamedTensors> named(const Checkpoint &checkpoint) const;
    /// True if `key` belongs to another network in the file.
    bool isOfAnother(std::string_view key) const;
    /// The layers behind the network; none if it has no head.
    const std::vector<nn::HeadLayer> &head() const { return m_head.layers; }
    const std::vector<NormBeforeLinear> &normsBeforeLinear() const { return m_head.norms; }
    /// Sentences for people: other networks in the file, and what had to be assumed.
    const std::vector<std::string> &notes() const { return m_notes; }

private:
    void findNetwork(const Checkpoint &checkpoint);
    void findShortcutsWithoutPool(const Checkpoint &checkpoint);
    std::int64_t featuresOf(const Checkpoint &checkpoint) const;

    std::string m_prefix;
    const NamingStyle *m_style = nullptr; // null: no network was found, and names stay as they are
    FoundHead m_head;
    std::vector<std::string>
        m_withoutPool;                 // "layer1.0.downsample.": shortcuts that lack the pool that others begin with
    std::vector<std::string> m_others; // prefixes of other networks
    std::vector<std::string> m_notes;
};

} // namespace reslens::weights
