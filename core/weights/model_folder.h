// A model that is a folder: Hugging Face's (config.json, preprocessor_config.json, and weights in one file or in
// shards), or an archive of torch.save that somebody unpacked.
#pragma once

#include "weights/checkpoint.h"

#include <filesystem>

namespace reslens::weights {

constexpr std::size_t kMaxShards = 128;
constexpr std::uint64_t kMaxConfigBytes = std::uint64_t(8) << 20; // of config.json, or an index of shards

/// True if the folder has weights under one of the names that are looked for.
bool isModelFolder(const std::filesystem::path &folder);

/// The folder to read for `path`: `path` itself if it is a folder; the folder of a file with one of Hugging Face's
/// names (model.safetensors, pytorch_model.bin, their shards and their index) if there is a config.json next to it.
/// Else empty.
std::filesystem::path modelFolderOf(const std::filesystem::path &path);

/// Reads the weights of `path`, a folder or the file of modelFolderOf(), and takes the description next to them.
/// Errors: as readCheckpoint; Malformed (an index that names a file outside of the folder, a tensor that is not there
/// or is there twice).
Result<Checkpoint> readModelFolder(const std::filesystem::path &path, const ReadOptions &options);

/// Reads `<folder>/data.pkl` and `<folder>/data/<key>`.
Result<Checkpoint> readTorchFolder(const std::filesystem::path &folder, const ReadOptions &options);

/// The text of a small file in a folder. Errors: NotFound, Io, Limit.
Result<std::string> smallFile(const std::filesystem::path &path);

} // namespace reslens::weights
