// A tensor that a pickle describes (storage, offset, sizes, strides), found and bounds-checked in the file's bytes.
#pragma once

#include "tensor/stored_tensor.h"
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

/// A storage's bytes in the file: exactly count * elementBytes of them.
using FindStorage = std::function<Result<Bytes>(const TorchStorage &)>;

/// The tensor in place; nothing for a dtype that we have no use for. Errors: Malformed (extent outside the storage,
/// elements that overlap), Mismatch between storage and file, as `find` reports it. `owner` of the result is not set.
Result<std::optional<StoredTensor>> torchTensor(const Pickle &pickle, const PickleNode &tensor, const FindStorage &find,
                                                const std::string &subject, const std::string &key);

} // namespace reslens::weights
