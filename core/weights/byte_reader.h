// Walks through bytes and never past their end; little-endian, unaligned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace reslens::weights {

using Bytes = std::span<const std::byte>;

inline std::string_view textOf(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

class ByteReader {
public:
    explicit ByteReader(Bytes bytes, std::uint64_t position = 0) : m_bytes(bytes), m_position(position) {}

    std::uint64_t position() const { return m_position; }
    std::uint64_t remaining() const { return m_position > m_bytes.size() ? 0 : m_bytes.size() - m_position; }

    /// The next `count` bytes, or nothing (and no movement) if there are fewer.
    std::optional<Bytes> take(std::uint64_t count)
    {
        if (count > remaining())
            return std::nullopt;
        const Bytes taken = m_bytes.subspan(m_position, count);
        m_position += count;
        return taken;
    }

    template <typename T>
    std::optional<T> number()
    {
        const auto taken = take(sizeof(T));
        if (!taken)
            return std::nullopt;
        T value;
        std::memcpy(&value, taken->data(), sizeof value);
        return value;
    }

    /// Text of at most `maxBytes` up to the next line feed, which is consumed and not returned.
    std::optional<std::string_view> line(std::size_t maxBytes)
    {
        const std::string_view rest = textOf(m_bytes.subspan(m_position)).substr(0, maxBytes + 1);
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos)
            return std::nullopt;
        m_position += end + 1;
        return rest.substr(0, end);
    }

private:
    Bytes m_bytes;
    std::uint64_t m_position;
};

} // namespace reslens::weights
