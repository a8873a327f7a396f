// Compiled pipelines kept on disk between runs, in a file of their own for every device and driver. Several
// processes may read and write such files at the same time.
#pragma once

#include <vulkan/vulkan_raii.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace reslens::vulkan {

/// `bytes` become the content of `file`, whose folder is made: written next to it, under a name of its own, and
/// renamed, so that nobody ever reads half a file. Failing is silent: a cache that is not there costs time, nothing
/// else.
void replaceCacheFile(const std::filesystem::path &file, std::string_view bytes);

/// Names a device and its driver in file names. Software drivers give the same UUID and version to all their builds, so
/// the names of the device and of `driver`, which say what they were built with, count too.
std::string identityOf(const vk::PhysicalDeviceProperties &properties, const std::string &driver);

class PipelineCache {
public:
    /// Begins with the file's content where it is this device's; a missing, foreign or damaged file is ignored.
    /// `identity` names the file. An empty folder: nothing is read or written.
    PipelineCache(const vk::raii::Device &device, const vk::PhysicalDeviceProperties &properties,
                  const std::string &identity, const std::filesystem::path &folder);
    /// Writes the file if pipelines were added; failing to do so loses nothing but time.
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
