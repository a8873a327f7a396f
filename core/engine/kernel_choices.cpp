#include "engine/kernel_choices.h"

#include "vulkan/pipeline_cache.h"

#include <array>
#include <fstream>
#include <sstream>

namespace reslens::engine {

namespace {

constexpr std::size_t kMaxChoices = 10'000;
constexpr int kMaxTile = 64;
constexpr std::string_view kDirect = "direct", kWinograd = "winograd";
constexpr std::array<std::string_view, 3> kTeams{"alone", "subgroup", "group"}; // in TeamKind's order

std::optional<TeamKind> teamOf(std::string_view name)
{
    for (std::size_t i = 0; i < kTeams.size(); ++i)
        if (kTeams[i] == name)
            return TeamKind(i);
    return std::nullopt;
}

} // namespace

KernelChoices::KernelChoices(std::filesystem::path file, std::uint64_t shaderHash)
    : m_file(std::move(file)), m_shaderHash(shaderHash)
{
    m_choices = read();
}

std::string KernelChoices::firstLine() const
{
    std::ostringstream line;
    line << "reslens kernel choices 2, shaders " << std::hex << m_shaderHash;
    return line.str();
}

std::map<std::string, KernelChoice> KernelChoices::read() const
{
    std::map<std::string, KernelChoice> choices;
    std::ifstream stream(m_file);
    std::string line;
    if (!std::getline(stream, line) || line != firstLine())
        return choices;
    // A line: team, tile, form, key.
    while (choices.size() < kMaxChoices && std::getline(stream, line)) {
        std::istringstream words(line);
        std::string team, form, key;
        int tile = 0;
        if (!(words >> team >> tile >> form) || !std::getline(words >> std::ws, key))
            continue;
        const auto kind = teamOf(team);
        if (kind && tile >= 1 && tile <= kMaxTile && (form == kDirect || form == kWinograd))
            choices[key] = {*kind, tile, form == kWinograd};
    }
    return choices;
}

void KernelChoices::put(const std::string &key, const KernelChoice &choice, bool isDefault)
{
    m_choices[key] = choice;
    m_version += isDefault ? 0 : 1;
}

std::optional<KernelChoice> KernelChoices::find(const std::string &key) const
{
    const auto found = m_choices.find(key);
    return found == m_choices.end() ? std::nullopt : std::optional(found->second);
}

void KernelChoices::save() const
{
    if (m_file.empty())
        return;
    std::map<std::string, KernelChoice> all = m_choices;
    all.merge(read()); // what other processes have measured meanwhile
    std::ostringstream text;
    text << firstLine() << "\n";
    for (const auto &[key, choice] : all)
        text << kTeams[std::size_t(choice.team)] << " " << choice.tile << " "
             << (choice.isWinograd ? kWinograd : kDirect) << " " << key << "\n";
    vulkan::replaceCacheFile(m_file, text.str());
}

} // namespace reslens::engine
