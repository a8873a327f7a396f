#include "vulkan/cache_file.h"

#include <fstream>
#include <random>
#include <string>

namespace reslens::vulkan {

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

} // namespace reslens::vulkan
