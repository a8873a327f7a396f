// The part of a torch.save file that is the network: its state dict, taken out of whatever wraps it.
#pragma once

#include "weights/checkpoint.h"
#include "weights/torch_tensor.h"

namespace reslens::weights {

/// Fills tensors, inertEntries, foreignGlobals and notes from the pickled object. `owner` keeps the tensors' bytes
/// alive. Errors: Unsupported (no state dict in it), Malformed (a key twice, a tensor outside its storage, tensors
/// that overlap in part), Limit.
Result<Checkpoint> torchCheckpoint(const Pickle &pickle, const FindStorage &find, std::shared_ptr<const void> owner,
                                   const std::string &name);

} // namespace reslens::weights
