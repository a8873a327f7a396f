#include "weights/torch_containers.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/torch_state_dict.h"
#include "weights/zip_directory.h"

namespace reslens::weights {

namespace {

constexpr std::string_view kObject = "/data.pkl";

/// The folder that contains data.pkl in the archive: "archive", or the name under which the file was saved.
Result<std::string> archiveFolder(const ZipDirectory &directory, const std::string &subject)
{
    const std::string *found = nullptr;
    for (const auto &[entry, content] : directory) {
        if (!entry.ends_with(kObject))
            continue;
        if (found)
            return fail(ErrorKind::Malformed, subject,
                        "has two objects: " + inQuotes(*found) + " and " + inQuotes(entry));
        found = &entry;
    }
    const bool isNumpys = std::ranges::any_of(directory, [](const auto &at) { return at.first.ends_with(".npy"); });
    if (!found && isNumpys)
        return fail(ErrorKind::Unsupported, subject,
                    "is a NumPy archive (.npz), which ResLens does not read; save the arrays as .safetensors");
    if (!found)
        return fail(ErrorKind::Unsupported, subject,
                    "is a zip archive without data.pkl, so torch.save did not write it");
    std::string folder = found->substr(0, found->size() - kObject.size());
    if (const auto order = directory.find(folder + "/byteorder"); order != directory.end())
        if (textOf(order->second.bytes()) != "little")
            return fail(ErrorKind::Unsupported, subject, "was written on a big-endian machine");
    return folder;
}

Result<Source> storageEntry(const ZipDirectory &directory, const std::string &folder, const TorchStorage &storage,
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

Result<Checkpoint> readTorchZip(const Source &source, const std::string &name, const ReadOptions &options)
{
    const ZipDirectory directory = TRY(readZipDirectory(source, name));
    const std::string folder = TRY(archiveFolder(directory, name));
    const Source object = directory.find(folder + std::string(kObject))->second;
    const std::uint64_t start = object.begin() - source.begin();
    const Pickle pickle = TRY(readPickle(object.bytes(), start, name, kMaxPickleWithArraysBytes));
    if (pickle.bytes.size() != object.size())
        return fail(ErrorKind::Malformed, name, "data.pkl goes on after its STOP opcode", start + pickle.bytes.size());
    const FindStorage find = [&](const TorchStorage &storage) {
        return storageEntry(directory, folder, storage, name);
    };
    Checkpoint checkpoint = TRY(torchCheckpoint(pickle, find, name, options));
    checkpoint.container = "torch zip";
    return checkpoint;
}

namespace {

using NodeKind = PickleNode::Kind;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"; // 0x1950a86a20f9469cfc6c
constexpr std::int64_t kProtocolVersion = 1001;

/// Reads pickles one after another.
class PickleStream {
public:
    PickleStream(const Source &source, const std::string &subject) : m_source(source), m_subject(subject) {}

    std::uint64_t position() const { return m_position; }
    /// Those of all pickles so far.
    const ForeignGlobals &foreignGlobals() const { return m_foreignGlobals; }

    Result<Pickle> next()
    {
        const std::uint64_t most = std::min(m_source.size() - m_position, kMaxPickleBytes + 1);
        Pickle pickle = TRY(readPickle(m_source.part(m_position, most).bytes(), m_position, m_subject));
        m_position += pickle.bytes.size();
        m_foreignGlobals.add(pickle.foreignGlobals);
        return pickle;
    }

private:
    const Source &m_source;
    const std::string &m_subject;
    std::uint64_t m_position = 0;
    ForeignGlobals m_foreignGlobals;
};

/// True if the file begins with PyTorch's magic number in a pickle of its own.
bool hasMagic(const Source &source)
{
    constexpr std::uint64_t kFirst = 64; // bytes that are enough for it
    const auto magic = readPickle(source.first(std::min(source.size(), kFirst)).bytes(), 0, "");
    return magic && magic->root.kind == PickleValue::Kind::LongInt && magic->text(magic->root) == kMagic;
}

/// Checks the parts before the object: magic number, protocol version and system info.
Result<void> checkPreamble(PickleStream &stream, const std::string &subject)
{
    TRY(stream.next()); // hasMagic() knows it
    const std::uint64_t at = stream.position();
    const Pickle version = TRY(stream.next());
    if (!version.root.isInt() || version.root.payload != kProtocolVersion)
        return fail(ErrorKind::Unsupported, subject, "is not of PyTorch's legacy protocol 1001", at);
    const Pickle system = TRY(stream.next());
    const PickleNode *info = system.node(system.root, NodeKind::Dict);
    for (std::size_t i = 0; info && i + 1 < info->items.size(); i += 2)
        if (info->items[i].isText() && system.text(info->items[i]) == "little_endian" && !info->items[i + 1].payload)
            return fail(ErrorKind::Unsupported, subject, "was written on a big-endian machine");
    return {};
}

using Storages = std::map<std::string, TorchStorage>;

/// Every storage that the object mentions, the optimizer's included: all of them follow in the file.
Result<Storages> storagesIn(const Pickle &pickle, const std::string &subject)
{
    Storages storages;
    for (const PickleNode &node : pickle.nodes) {
        if (node.kind != NodeKind::Storage)
            continue;
        TorchStorage storage = torchStorage(pickle, node);
        if (!storage.elementBytes)
            return fail(ErrorKind::Unsupported, subject, "has a storage of the unknown type " + storage.typeName);
        const auto [at, isNew] = storages.try_emplace(storage.key, storage);
        if (at->second.typeName != storage.typeName || at->second.count != storage.count)
            return fail(ErrorKind::Malformed, subject,
                        "describes storage " + inQuotes(storage.key) + " in two ways that differ");
    }
    return storages;
}

/// Reads one storage at the reader's position.
Result<Source> takeStorage(ByteReader &reader, const TorchStorage &storage, const std::string &subject)
{
    const std::uint64_t at = reader.position();
    const auto count = reader.number<std::uint64_t>();
    if (!count)
        return fail(ErrorKind::Malformed, subject, "ends before storage " + inQuotes(storage.key), at);
    if (*count != storage.count)
        return fail(ErrorKind::Malformed, subject,
                    "storage " + inQuotes(storage.key) + " has " + std::to_string(*count) +
                        " elements here, but the object says " + std::to_string(storage.count),
                    at);
    const auto size = checkedMultiply(*count, *storage.elementBytes);
    const auto part = size ? reader.part(*size) : std::nullopt;
    if (!part)
        return fail(ErrorKind::Malformed, subject,
                    "ends within storage " + inQuotes(storage.key) + " of " + std::to_string(*count) + " elements; " +
                        std::to_string(reader.remaining()) + " bytes are left",
                    at);
    return *part;
}

Result<std::map<std::string, Source>> readStorages(const Source &source, PickleStream &stream, const Storages &storages,
                                                   const std::string &subject)
{
    const std::uint64_t keysAt = stream.position();
    const Pickle keys = TRY(stream.next());
    const PickleNode *list = keys.node(keys.root, NodeKind::List);
    if (!list)
        return fail(ErrorKind::Malformed, subject, "has " + keys.describe(keys.root) + " instead of its storage keys",
                    keysAt);
    ByteReader reader(source, stream.position());
    std::map<std::string, Source> found;
    for (const PickleValue &item : list->items) {
        const auto storage = item.isText() ? storages.find(std::string(keys.text(item))) : storages.end();
        if (storage == storages.end() || found.contains(storage->first))
            return fail(ErrorKind::Malformed, subject, "lists a storage twice, or one that the object does not use",
                        keysAt);
        found.emplace(storage->first, TRY(takeStorage(reader, storage->second, subject)));
    }
    if (reader.remaining() != 0)
        return fail(ErrorKind::Malformed, subject,
                    std::to_string(reader.remaining()) + " bytes follow the last storage", reader.position());
    return found;
}

} // namespace

/// What pickle.dump() writes: one pickle, whose tensors are NumPy arrays.
Result<Checkpoint> readPlainPickle(const Source &source, const std::string &name, const ReadOptions &options)
{
    const Pickle object = TRY(readPickle(source.bytes(), 0, name, kMaxPickleWithArraysBytes));
    if (object.bytes.size() != source.size())
        return fail(ErrorKind::Malformed, name,
                    "is a Python pickle that goes on after its STOP opcode, and not one that torch.save wrote",
                    object.bytes.size());
    const FindStorage find = [&](const TorchStorage &) -> Result<Source> {
        return fail(ErrorKind::Unsupported, name, "is a Python pickle without PyTorch's storages");
    };
    Checkpoint checkpoint = TRY(torchCheckpoint(object, find, name, options));
    checkpoint.container = "pickle";
    return checkpoint;
}

Result<Checkpoint> readTorchLegacy(const Source &source, const std::string &name, const ReadOptions &options)
{
    if (!hasMagic(source))
        return readPlainPickle(source, name, options);
    PickleStream stream(source, name);
    TRY(checkPreamble(stream, name));
    Pickle object = TRY(stream.next());
    const Storages storages = TRY(storagesIn(object, name));
    const std::map<std::string, Source> data = TRY(readStorages(source, stream, storages, name));
    object.foreignGlobals = stream.foreignGlobals(); // a call in any of the pickles would run in Python
    const FindStorage find = [&](const TorchStorage &storage) -> Result<Source> {
        const auto found = data.find(storage.key);
        if (found == data.end())
            return fail(ErrorKind::Malformed, name, "its storage " + inQuotes(storage.key) + " is not in the file");
        return found->second;
    };
    Checkpoint checkpoint = TRY(torchCheckpoint(object, find, name, options));
    checkpoint.container = "torch legacy";
    return checkpoint;
}

} // namespace reslens::weights
