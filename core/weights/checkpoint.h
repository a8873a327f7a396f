// A checkpoint file as named tensors, whatever container it came in. Its elements stay in the file until they are asked
// for.
#pragma once

#include "error/error.h"
#include "weights/source.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reslens::weights {

struct Checkpoint {
    std::string path;                                         // the file, or the name given for bytes in memory
    std::string container;                                    // "safetensors", "torch zip", "torch legacy"
    std::map<std::string, StoredTensor, std::less<>> tensors; // of the state dict, by the file's own keys
    std::map<std::string, std::string> metadata;              // safetensors' __metadata__
    std::vector<std::string> foreignGlobals;         // "os.system": what a pickle names beyond tensors; kept inert
    std::map<std::string, std::string> inertEntries; // keys of the state dict that are no tensor, and what they are
    std::vector<std::string> notes;                  // sentences a person should read
};

/// Reads the checkpoint at `path`; the container is recognised by content, not by extension. Nothing in the file is
/// executed. Errors: NotFound, Io, Malformed (with byte offset), Limit, Unsupported.
Result<Checkpoint> readCheckpoint(const std::filesystem::path &path);

/// The same for any source; `name` is used in messages and becomes Checkpoint::path. Throws what Source::bytes()
/// throws.
Result<Checkpoint> readCheckpoint(const Source &source, const std::string &name);

/// A .safetensors file. Source: the format's README (huggingface/safetensors).
Result<Checkpoint> readSafetensors(const Source &source, std::string name);

} // namespace reslens::weights
