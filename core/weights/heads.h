// Finds the layers behind a network's average pool, by their names and shapes.
#pragma once

#include "nn/architecture.h"
#include "weights/checkpoint.h"

#include <functional>

namespace reslens::weights {

/// A batch norm that has no linear layer before it, but one behind it, maybe behind a dropout.
struct NormBeforeLinear {
    std::string key;    // in the file
    std::string name;   // as its layers are called here
    std::string linear; // the name of the layer behind it
};

/// A head's layers in the order of the run. `keys` are the names of their parameters in the file without the last
/// part ("model.classifier.1"); a ReLU, which has no parameters, has the name that its module would have, or none.
struct FoundHead {
    std::vector<nn::HeadLayer> layers;
    std::vector<std::string> keys;
    std::vector<NormBeforeLinear> norms; // no layers of their own
    std::vector<std::string> notes;      // what had to be assumed, one sentence each
};

struct HeadSearch {
    std::string root;                                  // the prefix of the network's keys
    std::int64_t features = 0;                         // of the average pool
    std::function<bool(std::string_view key)> isTaken; // the key is one of this or another network's
};

/// The layers begin with one whose rows are as long as the features, and whose name is one of a head; it stands in the
/// network or beside it. Every further one takes the outputs of the one before. Without layers: the file has no head.
/// Errors: Unsupported (an activation other than ReLU, or one between a batch norm and the linear layer behind it).
Result<FoundHead> findHead(const Checkpoint &checkpoint, const HeadSearch &search);

} // namespace reslens::weights
