#include "weights/torch_zip.h"

#include "weights/checked_size.h"
#include "weights/quotes.h"
#include "weights/torch_state_dict.h"
#include "weights/zip_directory.h"

namespace reslens::weights {

namespace {

using Directory = std::map<std::string, Bytes, std::less<>>;

constexpr std::string_view kObject = "/data.pkl";

/// The folder in the archive that holds data.pkl, "archive" or the name of the file as it was saved.
Result<std::string> archiveFolder(const Directory &directory, const std::string &subject)
{
    const std::string *found = nullptr;
    for (const auto &[entry, bytes] : directory) {
        if (!entry.ends_with(kObject))
            continue;
        if (found)
            return fail(ErrorKind::Malformed, subject,
                        "has two objects: " + inQuotes(*found) + " and " + inQuotes(entry));
        found = &entry;
    }
    if (!found)
        return fail(ErrorKind::Unsupported, subject,
                    "is a zip archive without data.pkl, so torch.save did not write it");
    std::string folder = found->substr(0, found->size() - kObject.size());
    if (directory.contains(folder + "/constants.pkl"))
        return fail(ErrorKind::Unsupported, subject,
                    "is a TorchScript program, not a checkpoint; in Python, save model.state_dict()");
    if (const auto order = directory.find(folder + "/byteorder"); order != directory.end())
        if (textOf(order->second) != "little")
            return fail(ErrorKind::Unsupported, subject, "was written on a big-endian machine");
    return folder;
}

Result<Bytes> storageEntry(const Directory &directory, const std::string &folder, const TorchStorage &storage,
                           const std::string &subject)
{
    const std::string entry = folder + "/data/" + storage.key;
    const auto found = directory.find(entry);
    if (found == directory.end())
        return fail(ErrorKind::Malformed, subject, "its storage " + inQuotes(entry) + " is not in the archive");
    const auto needed = checkedMultiply(storage.count, *storage.elementBytes);
    if (!needed || found->second.size() != *needed)
        return fail(ErrorKind::Malformed, subject,
                    "its storage " + inQuotes(entry) + " has " + std::to_string(found->second.size()) + " bytes; " +
                        std::to_string(storage.count) + " elements of " + storage.typeName + " are expected");
    return found->second;
}

} // namespace

Result<Checkpoint> readTorchZip(Bytes bytes, std::shared_ptr<const void> owner, const std::string &name)
{
    const auto directory = readZipDirectory(bytes, name);
    if (!directory)
        return tl::unexpected(directory.error());
    const auto folder = archiveFolder(*directory, name);
    if (!folder)
        return tl::unexpected(folder.error());
    const Bytes object = directory->find(*folder + std::string(kObject))->second;
    const auto start = std::uint64_t(object.data() - bytes.data());
    const auto pickle = readPickle(bytes.first(start + object.size()), start, name);
    if (!pickle)
        return tl::unexpected(pickle.error());
    if (pickle->bytes.size() != object.size())
        return fail(ErrorKind::Malformed, name, "data.pkl goes on after its STOP opcode", start + pickle->bytes.size());
    const FindStorage find = [&](const TorchStorage &storage) {
        return storageEntry(*directory, *folder, storage, name);
    };
    auto checkpoint = torchCheckpoint(*pickle, find, std::move(owner), name);
    if (checkpoint)
        checkpoint->container = "torch zip";
    return checkpoint;
}

} // namespace reslens::weights
