#include "weights/model_folder.h"

#include "error/printable.h"
#include "weights/folder_description.h"
#include "weights/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace reslens::weights {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kIndexEnding = ".index.json";
// The first that a folder has is read: those that hold no program before those that are pickles.
constexpr std::array<std::string_view, 4> kWeights{"model.safetensors", "model.safetensors.index.json",
                                                   "pytorch_model.bin", "pytorch_model.bin.index.json"};
constexpr std::string_view kObject = "data.pkl";

bool isFile(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// True for "model-00001-of-00003.safetensors" and "pytorch_model-00001-of-00003.bin".
bool isShardName(const std::string &name)
{
    const bool isSafe = name.starts_with("model-") && name.ends_with(".safetensors");
    const bool isPickle = name.starts_with("pytorch_model-") && name.ends_with(".bin");
    return (isSafe || isPickle) && name.find("-of-") != std::string::npos;
}

/// The folder with data.pkl: `folder`, or the only folder in it, as unpacking leaves it. Empty if there is none.
fs::path unpackedIn(const fs::path &folder)
{
    if (isFile(folder / kObject))
        return folder;
    std::error_code ignored;
    fs::path found;
    constexpr int kMostEntries = 64; // a folder of pictures is no archive
    int count = 0;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, ignored)) {
        if (++count > kMostEntries)
            return {};
        if (isFile(entry.path() / kObject)) {
            if (!found.empty())
                return {};
            found = entry.path();
        }
    }
    return found;
}

/// The weights in a folder without any of the known names, if there is only one such file.
fs::path onlyCheckpointIn(const fs::path &folder)
{
    std::error_code ignored;
    fs::path found;
    if (!isFile(folder / "config.json"))
        return found;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, ignored)) {
        const std::string ending = entry.path().extension().string();
        if (ending != ".safetensors" && ending != ".bin" && ending != ".pth" && ending != ".pt")
            continue;
        if (!found.empty())
            return {};
        found = entry.path();
    }
    return found;
}

/// The file, or index of files, with the weights of a folder.
fs::path weightsIn(const fs::path &folder)
{
    for (const std::string_view name : kWeights)
        if (isFile(folder / name))
            return folder / name;
    return onlyCheckpointIn(folder);
}

/// Tensor names by the shard that holds them.
Result<std::map<std::string, std::set<std::string>>> shardsIn(const fs::path &index)
{
    const std::string subject = index.string();
    const std::string text = TRY(smallFile(index));
    const json parsed = json::parse(text, nullptr, false);
    const auto map = parsed.is_object() ? parsed.find("weight_map") : parsed.end();
    if (!parsed.is_object() || map == parsed.end() || !map->is_object())
        return fail(ErrorKind::Malformed, subject, "is no index of shards: it has no 'weight_map'");
    std::map<std::string, std::set<std::string>> shards;
    for (const auto &[tensor, file] : map->items()) {
        const std::string name = file.is_string() ? file.get<std::string>() : std::string();
        const bool isPlain = !name.empty() && name.find_first_of("/\\") == std::string::npos && name[0] != '.' &&
                             (name.ends_with(".safetensors") || name.ends_with(".bin"));
        if (!isPlain)
            return fail(ErrorKind::Malformed, subject,
                        inQuotes(tensor) + " is in " + inQuotes(name) +
                            "; expected the name of a .safetensors or .bin file in the same folder");
        shards[name].insert(tensor);
        if (shards.size() > kMaxShards)
            return fail(ErrorKind::Limit, subject, "names more than " + std::to_string(kMaxShards) + " shards");
    }
    if (shards.empty())
        return fail(ErrorKind::Malformed, subject, "names no shard");
    return shards;
}

/// One checkpoint of all shards; each holds what the index says.
Result<Checkpoint> readShards(const fs::path &index, const ReadOptions &options)
{
    const auto shards = TRY(shardsIn(index));
    Checkpoint whole;
    whole.path = index.string();
    for (const auto &[file, tensors] : shards) {
        Checkpoint shard = TRY(readCheckpointFile(index.parent_path() / file, {}));
        for (const std::string &tensor : tensors)
            if (!shard.tensors.contains(tensor))
                return fail(ErrorKind::Malformed, shard.path,
                            "has no tensor " + inQuotes(tensor) + ", which the index says");
        for (auto &[name, tensor] : shard.tensors)
            if (!whole.tensors.emplace(name, std::move(tensor)).second)
                return fail(ErrorKind::Malformed, shard.path, "has the tensor " + inQuotes(name) + " once more");
        if (whole.tensors.size() > kMaxTensors)
            return fail(ErrorKind::Limit, whole.path, "has more than " + std::to_string(kMaxTensors) + " tensors");
        whole.container = shard.container;
        whole.metadata.merge(shard.metadata);
        whole.inertEntries.merge(shard.inertEntries);
        for (std::string &name : shard.foreignGlobals)
            whole.foreignGlobals.push_back(std::move(name));
    }
    for (const std::string &name : whole.foreignGlobals)
        whole.notes.push_back("in Python this file would import " + name + "; here it stays inert");
    whole.container += ", " + std::to_string(shards.size()) + " shards";
    TRY(chooseNetworkByKeys(whole, options));
    return whole;
}

} // namespace

bool isModelFolder(const fs::path &folder)
{
    return !weightsIn(folder).empty() || !unpackedIn(folder).empty();
}

fs::path modelFolderOf(const fs::path &path)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return path;
    const std::string name = path.filename().string();
    const bool isKnown = std::ranges::find(kWeights, name) != kWeights.end() || isShardName(name);
    fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    const bool isIndex = name.ends_with(kIndexEnding);
    return isKnown && (isIndex || isFile(folder / "config.json")) ? folder : fs::path();
}

Result<Checkpoint> readModelFolder(const fs::path &path, const ReadOptions &options)
{
    const fs::path folder = modelFolderOf(path);
    std::error_code ignored;
    fs::path weights = fs::is_directory(path, ignored) ? weightsIn(folder) : path;
    // A shard alone is no model.
    if (const std::string name = weights.filename().string(); isShardName(name))
        weights = folder / (name.ends_with(".bin") ? kWeights[3] : kWeights[1]);
    if (weights.empty()) {
        const fs::path unpacked = unpackedIn(folder);
        if (unpacked.empty())
            return fail(ErrorKind::NotFound, path.string(),
                        "is a folder without a model: it has no model.safetensors, pytorch_model.bin or index of their "
                        "shards, and no data.pkl");
        return readTorchFolder(unpacked, options);
    }
    Checkpoint checkpoint = TRY(weights.string().ends_with(kIndexEnding) ? readShards(weights, options)
                                                                         : readCheckpointFile(weights, options));
    TRY(describeByFolder(checkpoint, folder));
    return checkpoint;
}

Result<std::string> smallFile(const fs::path &path)
{
    const auto file = TRY(StableFile::open(path));
    if (file->sizeBytes() > kMaxConfigBytes)
        return fail(ErrorKind::Limit, path.string(),
                    "has " + std::to_string(file->sizeBytes()) + " bytes; at most " + std::to_string(kMaxConfigBytes) +
                        " are accepted");
    std::string text(std::size_t(file->sizeBytes()), '\0');
    file->read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

} // namespace reslens::weights
