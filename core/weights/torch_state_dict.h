// The part of a torch.save file that is the network: its state dict, taken out of whatever wraps it.
#pragma once

#include "tensor/stored_tensor.h"
#include "weights/checkpoint.h"
#include "weights/pickle.h"

#include <functional>
#include <optional>

namespace reslens::weights {

/// A storage as the pickle describes it; the container has to supply its bytes.
struct TorchStorage {
    std::string key;
    std::string typeName;                    // "torch.FloatStorage"
    std::optional<DType> dtype;              // nothing for types that we have no use for (complex, quantised)
    std::optional<std::size_t> elementBytes; // nothing for a type that we do not know
    std::uint64_t count = 0;                 // elements
};

TorchStorage torchStorage(const Pickle &pickle, const PickleNode &storage);

/// Where a storage lies in the file: exactly count * elementBytes bytes.
using FindStorage = std::function<Result<Source>(const TorchStorage &)>;

/// Fills tensors, inertEntries, foreignGlobals and notes from the pickled object. Errors: Unsupported (no state dict in
/// it), Malformed (a key twice, a tensor outside its storage, tensors that overlap in part), Limit.
Result<Checkpoint> torchCheckpoint(const Pickle &pickle, const FindStorage &find, const std::string &name);

} // namespace reslens::weights
