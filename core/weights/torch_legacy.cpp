#include "weights/torch_legacy.h"

#include "weights/checked_size.h"
#include "weights/quotes.h"
#include "weights/torch_state_dict.h"

namespace reslens::weights {

namespace {

using NodeKind = PickleNode::Kind;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"; // 0x1950a86a20f9469cfc6c
constexpr std::int64_t kProtocolVersion = 1001;

/// Reads pickles one after another.
class PickleStream {
public:
    PickleStream(Bytes bytes, const std::string &subject) : m_bytes(bytes), m_subject(subject) {}

    std::uint64_t position() const { return m_position; }

    Result<Pickle> next()
    {
        auto pickle = readPickle(m_bytes, m_position, m_subject);
        if (pickle)
            m_position += pickle->bytes.size();
        return pickle;
    }

private:
    Bytes m_bytes;
    const std::string &m_subject;
    std::uint64_t m_position = 0;
};

/// Magic number, protocol version and system info: the parts before the object.
Result<void> checkPreamble(PickleStream &stream, const std::string &subject)
{
    const auto magic = stream.next();
    if (!magic)
        return tl::unexpected(magic.error());
    if (magic->root.kind != PickleValue::Kind::LongInt || magic->text(magic->root) != kMagic)
        return fail(ErrorKind::Unsupported, subject,
                    "is a Python pickle, but not one that torch.save wrote (it begins with " +
                        magic->describe(magic->root) + " instead of PyTorch's magic number)",
                    0);
    const std::uint64_t at = stream.position();
    const auto version = stream.next();
    if (!version)
        return tl::unexpected(version.error());
    if (!version->root.isInt() || version->root.payload != kProtocolVersion)
        return fail(ErrorKind::Unsupported, subject, "is not of PyTorch's legacy protocol 1001", at);
    const auto system = stream.next();
    if (!system)
        return tl::unexpected(system.error());
    const PickleNode *info = system->node(system->root, NodeKind::Dict);
    for (std::size_t i = 0; info && i + 1 < info->items.size(); i += 2)
        if (info->items[i].isText() && system->text(info->items[i]) == "little_endian" && !info->items[i + 1].payload)
            return fail(ErrorKind::Unsupported, subject, "was written on a big-endian machine");
    return {};
}

using Storages = std::map<std::string, TorchStorage>;

/// Every storage that the object mentions, including the optimizer's: all of them follow in the file.
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

/// One storage's bytes, at the reader's position.
Result<Bytes> takeStorage(ByteReader &reader, const TorchStorage &storage, const std::string &subject)
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
    const auto bytes = size ? reader.take(*size) : std::nullopt;
    if (!bytes)
        return fail(ErrorKind::Malformed, subject,
                    "ends within storage " + inQuotes(storage.key) + " of " + std::to_string(*count) + " elements; " +
                        std::to_string(reader.remaining()) + " bytes are left",
                    at);
    return *bytes;
}

Result<std::map<std::string, Bytes>> readStorages(Bytes bytes, PickleStream &stream, const Storages &storages,
                                                  const std::string &subject)
{
    const std::uint64_t keysAt = stream.position();
    const auto keys = stream.next();
    if (!keys)
        return tl::unexpected(keys.error());
    const PickleNode *list = keys->node(keys->root, NodeKind::List);
    if (!list)
        return fail(ErrorKind::Malformed, subject, "has " + keys->describe(keys->root) + " instead of its storage keys",
                    keysAt);
    ByteReader reader(bytes, stream.position());
    std::map<std::string, Bytes> found;
    for (const PickleValue &item : list->items) {
        const auto storage = item.isText() ? storages.find(std::string(keys->text(item))) : storages.end();
        if (storage == storages.end() || found.contains(storage->first))
            return fail(ErrorKind::Malformed, subject, "lists a storage twice, or one that the object does not use",
                        keysAt);
        const auto taken = takeStorage(reader, storage->second, subject);
        if (!taken)
            return tl::unexpected(taken.error());
        found.emplace(storage->first, *taken);
    }
    if (reader.remaining() != 0)
        return fail(ErrorKind::Malformed, subject,
                    std::to_string(reader.remaining()) + " bytes follow the last storage", reader.position());
    return found;
}

} // namespace

Result<Checkpoint> readTorchLegacy(Bytes bytes, std::shared_ptr<const void> owner, const std::string &name)
{
    PickleStream stream(bytes, name);
    if (const auto checked = checkPreamble(stream, name); !checked)
        return tl::unexpected(checked.error());
    const auto object = stream.next();
    if (!object)
        return tl::unexpected(object.error());
    const auto storages = storagesIn(*object, name);
    if (!storages)
        return tl::unexpected(storages.error());
    const auto data = readStorages(bytes, stream, *storages, name);
    if (!data)
        return tl::unexpected(data.error());
    const FindStorage find = [&](const TorchStorage &storage) -> Result<Bytes> {
        const auto found = data->find(storage.key);
        if (found == data->end())
            return fail(ErrorKind::Malformed, name, "its storage " + inQuotes(storage.key) + " is not in the file");
        return found->second;
    };
    auto checkpoint = torchCheckpoint(*object, find, std::move(owner), name);
    if (checkpoint)
        checkpoint->container = "torch legacy";
    return checkpoint;
}

} // namespace reslens::weights
