// The stream of pickles that torch.save wrote before PyTorch 1.6 (and writes on request).
#pragma once

#include "weights/byte_reader.h"
#include "weights/checkpoint.h"

namespace reslens::weights {

/// Layout (torch/serialization.py, _legacy_save): magic number, protocol version and system info as one pickle each,
/// the object, the list of storage keys, then per storage a 64-bit element count and its little-endian elements.
/// Errors: Malformed, Limit, Unsupported.
Result<Checkpoint> readTorchLegacy(Bytes bytes, std::shared_ptr<const void> owner, const std::string &name);

} // namespace reslens::weights
