// An archive of torch.save that somebody unpacked: the same parts as files of a folder.
#include "error/printable.h"
#include "weights/limits.h"
#include "weights/model_folder.h"
#include "weights/torch_state_dict.h"

namespace reslens::weights {

namespace {

namespace fs = std::filesystem;

/// The bytes of a file in memory, since a process may not keep one file open for each tensor. Links are not followed:
/// they would lead out of the folder.
Result<Source> contentOf(const fs::path &path, std::uint64_t most)
{
    std::error_code ignored;
    if (fs::symlink_status(path, ignored).type() != fs::file_type::regular)
        return fail(ErrorKind::Malformed, path.string(), "is missing, or is no regular file");
    const auto file = TRY(StableFile::open(path));
    if (file->sizeBytes() > most)
        return fail(ErrorKind::Limit, path.string(),
                    "has " + std::to_string(file->sizeBytes()) + " bytes; at most " + std::to_string(most) +
                        " are accepted");
    const auto content = std::make_shared<std::vector<std::byte>>(std::size_t(file->sizeBytes()));
    file->read(0, *content);
    return Source(*content, content);
}

Result<Source> storageFile(const fs::path &folder, const TorchStorage &storage, std::uint64_t &left)
{
    const std::string path = (folder / "data" / storage.key).string();
    if (storage.key.empty() || storage.key.find('/') != std::string::npos || storage.key[0] == '.')
        return fail(ErrorKind::Malformed, folder.string(),
                    "its storage " + inQuotes(storage.key) + " has a name that leads out of the folder");
    const auto needed = checkedMultiply(storage.count, *storage.elementBytes);
    const Source content = TRY(contentOf(path, left));
    if (!needed || content.size() != *needed)
        return fail(ErrorKind::Malformed, path,
                    "has " + std::to_string(content.size()) + " bytes; " + std::to_string(storage.count) +
                        " elements of " + storage.typeName + " are expected");
    left -= content.size();
    return content;
}

} // namespace

Result<Checkpoint> readTorchFolder(const fs::path &folder, const ReadOptions &options)
{
    const std::string name = folder.string();
    const fs::path object = folder / "data.pkl";
    const Source bytes = TRY(contentOf(object, kMaxPickleBytes));
    const Pickle pickle = TRY(readPickle(bytes.bytes(), 0, object.string()));
    if (pickle.bytes.size() != bytes.size())
        return fail(ErrorKind::Malformed, object.string(), "goes on after its STOP opcode", pickle.bytes.size());
    if (const auto order = contentOf(folder / "byteorder", kMaxNameBytes); order && textOf(order->bytes()) != "little")
        return fail(ErrorKind::Unsupported, name, "was written on a big-endian machine");
    std::map<std::string, Source> storages; // several tensors may share one
    std::uint64_t left = kMaxFileBytes;
    const FindStorage find = [&](const TorchStorage &storage) -> Result<Source> {
        const auto known = storages.find(storage.key);
        if (known != storages.end() && known->second.size() == storage.count * *storage.elementBytes)
            return known->second;
        Source content = TRY(storageFile(folder, storage, left));
        storages.insert_or_assign(storage.key, content);
        return content;
    };
    Checkpoint checkpoint = TRY(torchCheckpoint(pickle, find, name, options));
    checkpoint.container = "unpacked torch zip";
    return checkpoint;
}

} // namespace reslens::weights
