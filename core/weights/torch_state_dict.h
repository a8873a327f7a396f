// Finds the network in a torch.save file: its state dict, inside any wrappers.
#pragma once

#include "tensor/stored_tensor.h"
#include "weights/checkpoint.h"
#include "weights/pickle.h"

#include <functional>
#include <optional>

namespace reslens::weights {

/// A storage as the pickle describes it; the container must supply its bytes.
struct TorchStorage {
    std::string key;
    std::string typeName;                    // "torch.FloatStorage"
    std::optional<DType> dtype;              // empty for types that we do not use (complex, quantised)
    std::optional<std::size_t> elementBytes; // empty for an unknown type
    std::uint64_t count = 0;                 // elements
};

TorchStorage torchStorage(const Pickle &pickle, const PickleNode &storage);

/// Finds a storage in the file: exactly count * elementBytes bytes.
using FindStorage = std::function<Result<Source>(const TorchStorage &)>;

/// Fills tensors, inertEntries, foreignGlobals and notes from the pickled object. Errors: Unsupported (no state dict),
/// InvalidInput (no such network), Malformed (a duplicate key, a tensor outside its storage, tensors that overlap in
/// part), Limit.
Result<Checkpoint> torchCheckpoint(const Pickle &pickle, const FindStorage &find, const std::string &name,
                                   const ReadOptions &options = {});

} // namespace reslens::weights
