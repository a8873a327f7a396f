// The source of a checkpoint's bytes: memory, or an open file of which only the used parts are read.
#pragma once

#include "error/error.h"
#include "tensor/stored_tensor.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace reslens::weights {

using Bytes = std::span<const std::byte>;

inline std::string_view textOf(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// A range of bytes; cheap to copy.
class Source {
public:
    /// `bytes` in memory, which `owner` keeps alive.
    Source(Bytes bytes, std::shared_ptr<const void> owner = nullptr);
    /// Errors: NotFound, Io (a directory, a device, no permission), Malformed (empty), Limit (larger than
    /// kMaxFileBytes).
    static Result<Source> open(const std::filesystem::path &path);

    std::uint64_t size() const { return m_range.size(); }
    /// The range's offset in the whole source.
    std::uint64_t begin() const { return std::uint64_t(m_range.data() - m_whole); }
    /// [at, at + count) of this range, which lies within it.
    Source part(std::uint64_t at, std::uint64_t count) const;
    Source first(std::uint64_t count) const { return part(0, count); }

    /// The bytes themselves; valid as long as a copy of the source lives. Each byte of a file is read only once, so two
    /// readers never see different bytes. Throws Error (Io) if the file cannot be read or has changed since it was
    /// opened.
    Bytes bytes() const;
    /// Sets the place of `tensor`'s elements to this range. Elements in a file are read when somebody needs them.
    void giveTo(StoredTensor &tensor) const;
    /// The file; null if the bytes are in memory.
    const StableFile *file() const;

private:
    class FileImage;
    Source() = default;

    Bytes m_range;                       // a file's content is valid after bytes() was called
    const std::byte *m_whole = nullptr;  // the beginning of the whole source
    std::shared_ptr<const void> m_owner; // keeps bytes in memory alive
    std::shared_ptr<FileImage> m_image;  // holds the bytes of a file
};

/// Reads bytes in order and never past their end; little-endian, unaligned.
class ByteReader {
public:
    explicit ByteReader(Source source, std::uint64_t position = 0) : m_source(std::move(source)), m_position(position)
    {
    }

    std::uint64_t position() const { return m_position; }
    std::uint64_t remaining() const { return m_position > m_source.size() ? 0 : m_source.size() - m_position; }

    /// The next `count` bytes; empty, without moving, if fewer are left.
    std::optional<Source> part(std::uint64_t count)
    {
        if (count > remaining())
            return std::nullopt;
        m_position += count;
        return m_source.part(m_position - count, count);
    }
    std::optional<Bytes> take(std::uint64_t count)
    {
        const auto taken = part(count);
        return taken ? std::optional(taken->bytes()) : std::nullopt;
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

    /// Text of at most `maxBytes` up to the next line feed, which is consumed but not returned.
    std::optional<std::string_view> line(std::size_t maxBytes)
    {
        const auto most = std::min<std::uint64_t>(remaining(), maxBytes + 1);
        const std::string_view rest = textOf(m_source.part(m_position, most).bytes());
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos)
            return std::nullopt;
        m_position += end + 1;
        return rest.substr(0, end);
    }

private:
    Source m_source;
    std::uint64_t m_position;
};

} // namespace reslens::weights
