// Writes zip archives of stored entries, and remembers the places of records so that tests can falsify them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reslens::test {

struct ZipItem {
    std::string name, data;
};

struct ZipFile {
    std::string bytes;
    std::vector<std::size_t> local, data, central; // offsets, per item
    std::size_t end = 0;                           // offset of the end record

    /// Overwrites bytes at `at` with `value`.
    template <typename T>
    void patch(std::size_t at, T value)
    {
        bytes.replace(at, sizeof value, reinterpret_cast<const char *>(&value), sizeof value);
    }
};

ZipFile zipFile(const std::vector<ZipItem> &items);

/// Writes a torch.save archive of this object and these storages (key, bytes).
ZipFile torchZip(const std::string &object, const std::vector<ZipItem> &storages);

} // namespace reslens::test
