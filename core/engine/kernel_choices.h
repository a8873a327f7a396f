// Which variants were measured to be the fastest on a device, kept on disk between runs.
#pragma once

#include "engine/kernel_choice.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace reslens::engine {

class KernelChoices {
public:
    KernelChoices() = default;
    /// Begins with the file's content where its first line names these shaders; a missing, older or damaged file is
    /// ignored, line by line. The file is for one device and driver: its name says which.
    KernelChoices(std::filesystem::path file, std::uint64_t shaderHash);

    std::optional<KernelChoice> find(const std::string &key) const;
    /// `isDefault`: it is what was done without a choice.
    void put(const std::string &key, const KernelChoice &choice, bool isDefault = false);
    /// Grows with every choice that changes something: what was recorded before may have been recorded otherwise.
    int version() const { return m_version; }
    std::size_t count() const { return m_choices.size(); }
    /// Writes the file, if there is one, and leaves in it what others have written; failing loses nothing but time.
    void save() const;

private:
    std::string firstLine() const;
    std::map<std::string, KernelChoice> read() const;

    std::filesystem::path m_file; // empty: nowhere
    std::uint64_t m_shaderHash = 0;
    std::map<std::string, KernelChoice> m_choices;
    int m_version = 0;
};

} // namespace reslens::engine
