// NumPy arrays in a pickle, as NumPy's own __reduce__ writes them: read as data, without NumPy and without a call.
#pragma once

#include "error/error.h"
#include "tensor/stored_tensor.h"
#include "weights/pickle.h"

#include <optional>
#include <string>

namespace reslens::weights {

/// True for what numpy.ndarray writes in protocols 2 to 5: _reconstruct with a state, or _frombuffer.
bool isNumpyArray(const Pickle &pickle, const PickleValue &value);

/// The array as a tensor that owns its bytes; empty if its elements are of a type that no tensor has ("c8", "O", text).
/// Either byte order and Fortran order are read. Malformed: a negative extent, or bytes that do not fit the shape.
/// Limit: too many dimensions.
Result<std::optional<StoredTensor>> numpyTensor(const Pickle &pickle, const PickleValue &array,
                                                const std::string &subject, const std::string &key);

/// "numpy.core.multiarray._reconstruct" and the others by which NumPy makes arrays.
bool isArrayFunction(std::string_view name);

} // namespace reslens::weights
