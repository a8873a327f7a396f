#include "vulkan/pipeline_cache.h"

#include <cstring>
#include <fstream>
#include <iomanip>
#include <random>
#include <sstream>
#include <string>

namespace reslens::vulkan {

namespace {

constexpr std::uintmax_t kMaxFileBytes = 256ull << 20;

std::vector<char> readWhole(const std::filesystem::path &file)
{
    std::error_code error;
    const std::uintmax_t sizeBytes = std::filesystem::file_size(file, error);
    if (error || sizeBytes > kMaxFileBytes)
        return {};
    std::vector<char> bytes(sizeBytes);
    std::ifstream stream(file, std::ios::binary);
    return stream.read(bytes.data(), std::streamsize(sizeBytes)) ? bytes : std::vector<char>();
}

/// Checks the header ourselves: drivers must do so, but not all are careful.
bool isFor(const std::vector<char> &bytes, const vk::PhysicalDeviceProperties &properties)
{
    VkPipelineCacheHeaderVersionOne header;
    if (bytes.size() < sizeof header)
        return false;
    std::memcpy(&header, bytes.data(), sizeof header);
    return header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && header.vendorID == properties.vendorID &&
           header.deviceID == properties.deviceID &&
           std::memcmp(header.pipelineCacheUUID, properties.pipelineCacheUUID, VK_UUID_SIZE) == 0;
}

} // namespace

void replaceCacheFile(const std::filesystem::path &file, std::string_view bytes)
{
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    std::filesystem::path part = file;
    part += "." + std::to_string(std::random_device()()) + ".part";
    std::ofstream stream(part, std::ios::binary);
    stream.write(bytes.data(), std::streamsize(bytes.size()));
    stream.close();
    if (stream)
        std::filesystem::rename(part, file, error);
    if (!stream || error)
        std::filesystem::remove(part, error);
}

std::string identityOf(const vk::PhysicalDeviceProperties &properties, const std::string &driver)
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    const auto add = [&](auto bytes) {
        for (const auto byte : bytes)
            hash = (hash ^ std::uint8_t(byte)) * 0x100000001b3;
    };
    add(properties.pipelineCacheUUID);
    add(std::string(properties.deviceName.data()) + "\n" + driver + "\n" + std::to_string(properties.driverVersion));
    std::ostringstream name;
    name << std::hex << std::setfill('0') << std::setw(4) << properties.vendorID << "-" << std::setw(4)
         << properties.deviceID << "-" << std::setw(16) << hash;
    return name.str();
}

PipelineCache::PipelineCache(const vk::raii::Device &device, const vk::PhysicalDeviceProperties &properties,
                             const std::string &identity, const std::filesystem::path &folder)
{
    std::vector<char> bytes;
    if (!folder.empty()) {
        m_file = folder / ("pipelines-" + identity + ".bin");
        bytes = readWhole(m_file);
        if (!isFor(bytes, properties))
            bytes.clear();
    }
    m_cache = vk::raii::PipelineCache(device, vk::PipelineCacheCreateInfo({}, bytes.size(), bytes.data()));
    m_initialBytes = m_cache.getData().size();
}

PipelineCache::~PipelineCache()
{
    if (m_file.empty())
        return;
    try {
        const std::vector<std::uint8_t> bytes = m_cache.getData();
        if (bytes.size() != m_initialBytes)
            replaceCacheFile(m_file, {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
    } catch (const std::exception &) { // a destructor cannot report; the next run compiles again
    }
}

} // namespace reslens::vulkan
