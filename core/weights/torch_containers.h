// Reads the two file types of torch.save: a zip archive since PyTorch 1.6, a stream of pickles before that and on
// request.
#pragma once

#include "weights/checkpoint.h"

namespace reslens::weights {

/// Reads `<name>/data.pkl` (the object), `<name>/data/<key>` (one storage each) and `<name>/byteorder` (optional).
/// Errors: as readZipDirectory and readPickle; Unsupported for a TorchScript archive or one of another program.
Result<Checkpoint> readTorchZip(const Source &source, const std::string &name, const ReadOptions &options = {});

/// Layout (torch/serialization.py, _legacy_save): magic number, protocol version and system info as one pickle each,
/// the object, the list of storage keys, then per storage a 64-bit element count and its little-endian elements.
/// Errors: Malformed, Limit, Unsupported.
Result<Checkpoint> readTorchLegacy(const Source &source, const std::string &name, const ReadOptions &options = {});

} // namespace reslens::weights
