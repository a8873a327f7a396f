#include "weights/pickle_writer.h"

namespace reslens::test {

PickleWriter::PickleWriter(int protocol) : m_bytes{'\x80', char(protocol)} {}

PickleWriter &PickleWriter::raw(const std::string &bytes)
{
    m_bytes += bytes;
    return *this;
}

PickleWriter &PickleWriter::number(std::int64_t value)
{
    return raw("\x8a\x08" + littleEndian(value));
}

PickleWriter &PickleWriter::text(const std::string &text)
{
    return raw("X" + littleEndian(std::uint32_t(text.size())) + text);
}

PickleWriter &PickleWriter::global(const std::string &module, const std::string &name)
{
    return raw("c" + module + "\n" + name + "\n");
}

PickleWriter &PickleWriter::numbers(const std::vector<std::int64_t> &values)
{
    raw("(");
    for (const std::int64_t value : values)
        number(value);
    return raw("t");
}

PickleWriter &PickleWriter::storage(const std::string &type, const std::string &key, std::int64_t count)
{
    return raw("(").text("storage").global("torch", type).text(key).text("cpu").number(count).raw("tQ");
}

PickleWriter &PickleWriter::tensor(const std::string &type, const std::string &key, std::int64_t count,
                                   std::int64_t offset, const std::vector<std::int64_t> &shape,
                                   const std::vector<std::int64_t> &strides)
{
    global("torch._utils", "_rebuild_tensor_v2").raw("(").storage(type, key, count).number(offset);
    return numbers(shape).numbers(strides).raw("\x89").global("collections", "OrderedDict").raw(")RtR");
}

PickleWriter &PickleWriter::call(const std::string &module, const std::string &name, const std::string &argument)
{
    return global(module, name).text(argument).raw("\x85R");
}

std::string dictOf(const PickleWriter &value)
{
    return PickleWriter().raw("}").text("w").raw(value.body()).raw("s").finished();
}

std::string legacyFile(const std::string &object, const std::vector<LegacyStorage> &storages)
{
    const std::string magic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
    std::string file = PickleWriter().raw(magic).finished() + PickleWriter().number(1001).finished() +
                       PickleWriter().raw("}").text("little_endian").raw("\x88s").finished() + object;
    PickleWriter keys;
    keys.raw("](");
    for (const LegacyStorage &storage : storages)
        keys.text(storage.key);
    file += keys.raw("e").finished();
    for (const LegacyStorage &storage : storages)
        file += littleEndian(storage.count) + storage.bytes;
    return file;
}

} // namespace reslens::test
