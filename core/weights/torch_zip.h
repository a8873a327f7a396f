// The zip archive that torch.save writes since PyTorch 1.6.
#pragma once

#include "weights/byte_reader.h"
#include "weights/checkpoint.h"

namespace reslens::weights {

/// `<name>/data.pkl` is the object, `<name>/data/<key>` a storage each, `<name>/byteorder` optional.
/// Errors: as readZipDirectory and readPickle; Unsupported for a TorchScript archive or one of another program.
Result<Checkpoint> readTorchZip(Bytes bytes, std::shared_ptr<const void> owner, const std::string &name);

} // namespace reslens::weights
