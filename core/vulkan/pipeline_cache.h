// Keeps compiled pipelines on disk between runs, in one file for each device and driver. Several processes may read and
// write these files at the same time.
#pragma once

#include <vulkan/vulkan_raii.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace reslens::vulkan {

/// Writes `bytes` to `file` and makes its folder. The bytes first go to a temporary file next to it, which is then
/// renamed, so nobody ever reads half a file. Fails silently: a missing cache only costs time.
void replaceCacheFile(const std::filesystem::path &file, std::string_view bytes);

/// Names a device and its driver in file names. Software drivers have the same UUID and version in all their builds.
/// The names of the device and of `driver` say what they were built with, so they count too.
std::string identityOf(const vk::PhysicalDeviceProperties &properties, const std::string &driver);

class PipelineCache {
public:
    /// Reads the file if it belongs to this device; ignores a missing, foreign or damaged one. `identity` names the
    /// file. With an empty folder nothing is read or written.
    PipelineCache(const vk::raii::Device &device, const vk::PhysicalDeviceProperties &properties,
                  const std::string &identity, const std::filesystem::path &folder);
    /// Writes the file if pipelines were added. A failure only costs time.
    ~PipelineCache();
    PipelineCache(const PipelineCache &) = delete;
    PipelineCache &operator=(const PipelineCache &) = delete;

    const vk::raii::PipelineCache &handle() const { return m_cache; }

private:
    std::filesystem::path m_file;
    std::size_t m_initialBytes = 0;
    vk::raii::PipelineCache m_cache{nullptr};
};

} // namespace reslens::vulkan
