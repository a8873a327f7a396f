// A checkpoint file as named tensors, independent of its container. The elements stay in the file until somebody reads
// them.
#pragma once

#include "error/error.h"
#include "nn/model.h"
#include "nn/variant.h"
#include "weights/class_names.h"
#include "weights/network_choice.h"
#include "weights/source.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reslens::weights {

/// A module that was saved whole, as far as its tensors do not tell it.
struct SavedModule {
    std::string type;                                      // "torch.nn.modules.conv.Conv2d"
    std::map<std::string, std::vector<double>> attributes; // "stride": numbers, truth values, and tuples of numbers
    std::map<std::string, std::string> words = {};         // "padding_mode"
};

struct Checkpoint {
    std::string path;                                         // the file, or the name given for bytes in memory
    std::string container;                                    // "safetensors", "torch zip", "torch legacy"
    std::map<std::string, StoredTensor, std::less<>> tensors; // of the state dict, by the file's own keys
    std::map<std::string, std::string> metadata;              // safetensors' __metadata__
    std::vector<std::string> foreignGlobals; // "os.system": names in a pickle that are not about tensors; never called
    std::map<std::string, std::string> inertEntries; // keys of the state dict that are not tensors, with a description
    std::map<std::string, SavedModule> modules;      // "layer1.0.conv1"; empty for a state dict
    std::vector<NetworkInFile> networks;             // that the file holds, in the order of networksOf()
    std::size_t network = 0;                         // the one among them that `tensors` are for
    std::vector<ClassNames> classNames;              // of the file, the most likely first
    std::optional<nn::Preprocess> preprocess;        // as a file next to the weights says
    nn::Variant suggested;                           // the same: what tensors cannot say
    std::vector<std::string> notes;                  // sentences a person should read
};

struct ReadOptions {
    std::string network; // the path of one of the file's networks; empty for the first
};

/// Reads the checkpoint at `path`, a file or a model's folder; the container is recognised by content, not by
/// extension. Nothing in the file is executed. Errors: NotFound, Io, Malformed (with byte offset), Limit, Unsupported,
/// InvalidInput (no such network).
Result<Checkpoint> readCheckpoint(const std::filesystem::path &path, const ReadOptions &options = {});

/// The same for a file, without a look at what lies next to it.
Result<Checkpoint> readCheckpointFile(const std::filesystem::path &path, const ReadOptions &options);

/// The same for any source; messages use `name`, and it becomes Checkpoint::path. Throws like Source::bytes().
Result<Checkpoint> readCheckpoint(const Source &source, const std::string &name, const ReadOptions &options = {});

/// Finds the networks in one flat dictionary, chooses one, and notes what was chosen. Error: InvalidInput.
Result<void> chooseNetworkByKeys(Checkpoint &checkpoint, const ReadOptions &options);

/// Reads a .safetensors file. Source: the format's README (huggingface/safetensors).
Result<Checkpoint> readSafetensors(const Source &source, std::string name, const ReadOptions &options = {});

} // namespace reslens::weights
