// A file that stays open for reading. It is read in pieces and never mapped: if it is truncated or written to
// meanwhile, the reader gets an error in words, not a signal and not a mixture of two versions. A file that is replaced
// or removed under its name stays readable.
#pragma once

#include "error/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace reslens {

class StableFile {
public:
    /// Errors: NotFound, Io (a directory, a device, no permission).
    static Result<std::shared_ptr<const StableFile>> open(const std::filesystem::path &path);
    ~StableFile();
    StableFile(const StableFile &) = delete;
    StableFile &operator=(const StableFile &) = delete;

    std::uint64_t sizeBytes() const { return m_version.sizeBytes; }
    /// For other code that reads the file; call checkUnchanged() afterwards.
    int descriptor() const { return m_descriptor; }
    /// Fills `to` with the bytes from `offset` on. Any thread may call it. Throws Error (Io) if that fails, or if the
    /// file has changed since it was opened.
    void read(std::uint64_t offset, std::span<std::byte> to) const;
    /// Throws Error (Io) if the file's size or time shows that somebody has written to it since it was opened.
    void checkUnchanged() const;

private:
    struct Version {
        std::uint64_t sizeBytes = 0;
        std::int64_t seconds = 0, nanoseconds = 0; // the time of the last write

        bool operator==(const Version &) const = default;
    };

    StableFile(int descriptor, std::string path) : m_descriptor(descriptor), m_path(std::move(path)) {}
    Result<Version> version() const;
    Error systemError() const;

    const int m_descriptor;
    const std::string m_path;
    Version m_version; // when it was opened
};

} // namespace reslens
