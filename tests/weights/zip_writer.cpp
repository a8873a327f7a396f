#include "weights/zip_writer.h"

#include "weights/checkpoint_bytes.h"

namespace reslens::test {

namespace {

/// Computes CRC-32 as zip uses it (reflected polynomial 0xedb88320), bit by bit.
std::uint32_t crc32(const std::string &data)
{
    std::uint32_t crc = ~std::uint32_t(0);
    for (const char c : data) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

std::string shortNumber(std::size_t value)
{
    return littleEndian(std::uint16_t(value));
}
std::string longNumber(std::size_t value)
{
    return littleEndian(std::uint32_t(value));
}

/// Writes the part from version to the name's length, which local and central headers share.
std::string commonHeader(const ZipItem &item)
{
    return shortNumber(10) + shortNumber(0) + shortNumber(0) + longNumber(0) + longNumber(crc32(item.data)) +
           longNumber(item.data.size()) + longNumber(item.data.size()) + shortNumber(item.name.size()) + shortNumber(0);
}

} // namespace

ZipFile zipFile(const std::vector<ZipItem> &items)
{
    ZipFile file;
    for (const ZipItem &item : items) {
        file.local.push_back(file.bytes.size());
        file.bytes += "PK\x03\x04" + commonHeader(item) + item.name;
        file.data.push_back(file.bytes.size());
        file.bytes += item.data;
    }
    const std::size_t directory = file.bytes.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
        file.central.push_back(file.bytes.size());
        file.bytes += "PK\x01\x02" + shortNumber(20) + commonHeader(items[i]) + shortNumber(0) + shortNumber(0) +
                      shortNumber(0) + longNumber(0) + longNumber(file.local[i]) + items[i].name;
    }
    file.end = file.bytes.size();
    file.bytes += "PK\x05\x06" + longNumber(0) + shortNumber(items.size()) + shortNumber(items.size()) +
                  longNumber(file.end - directory) + longNumber(directory) + shortNumber(0);
    return file;
}

ZipFile torchZip(const std::string &object, const std::vector<ZipItem> &storages)
{
    std::vector<ZipItem> items{{"archive/data.pkl", object}};
    for (const ZipItem &storage : storages)
        items.push_back({"archive/data/" + storage.name, storage.data});
    items.push_back({"archive/version", "3\n"});
    return zipFile(items);
}

} // namespace reslens::test
