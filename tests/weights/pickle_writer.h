// Writes pickles opcode by opcode, so that tests can make any pickle, even ones that Python never would.
#pragma once

#include "weights/checkpoint_bytes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace reslens::test {

class PickleWriter {
public:
    /// Begins with PROTO.
    explicit PickleWriter(int protocol = 2);

    PickleWriter &raw(const std::string &bytes);
    PickleWriter &number(std::int64_t value); // LONG1
    PickleWriter &text(const std::string &text);
    PickleWriter &global(const std::string &module, const std::string &name);
    /// Writes the numbers as one tuple.
    PickleWriter &numbers(const std::vector<std::int64_t> &values);
    /// Writes ('storage', torch.<type>, key, 'cpu', count) as a persistent id.
    PickleWriter &storage(const std::string &type, const std::string &key, std::int64_t count);
    /// Writes _rebuild_tensor_v2 of that storage.
    PickleWriter &tensor(const std::string &type, const std::string &key, std::int64_t count, std::int64_t offset,
                         const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides);
    /// Writes module.name(argument).
    PickleWriter &call(const std::string &module, const std::string &name, const std::string &argument);

    /// Returns the opcodes without PROTO and STOP, to be put inside another pickle.
    std::string body() const { return m_bytes.substr(2); }
    std::string finished() const { return m_bytes + "."; }

private:
    std::string m_bytes;
};

/// Returns the pickle of {"w": value}, where `value` writes the value.
std::string dictOf(const PickleWriter &value);

/// A storage of a legacy file, which has a preamble, `object`, and the storages in order.
struct LegacyStorage {
    std::string key;
    std::uint64_t count;
    std::string bytes;
};
std::string legacyFile(const std::string &object, const std::vector<LegacyStorage> &storages);

} // namespace reslens::test
