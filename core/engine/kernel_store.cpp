#include "engine/kernel_store.h"

#include "embedded_shaders.h"

namespace reslens::engine {

KernelStore::KernelStore(const vulkan::Context &context, KernelStoreOptions options)
    : m_context(context), m_options(std::move(options))
{
    if (!m_options.shaders)
        m_options.shaders = shaders::find;
    if (!m_options.cacheFolder.empty())
        m_choices =
            KernelChoices(m_options.cacheFolder / ("kernels-" + context.facts().identity + ".txt"), shaderHash());
}

std::vector<KernelChoice> KernelStore::possibleFor(const ConvolutionTask &task) const
{
    std::vector<KernelChoice> possible = candidates(task, m_context.facts(), m_options.team);
    const auto has = [](bool isWinograd) {
        return [isWinograd](const KernelChoice &choice) { return choice.isWinograd == isWinograd; };
    };
    if (task.out.n > 1)
        std::erase_if(possible, has(!choiceFor(task.ofOneImage()).isWinograd));
    else if (m_sparesMemory)
        std::erase_if(possible, has(true));
    return possible;
}

std::vector<KernelChoice> KernelStore::possibleFor(const WeightGradientTask &task) const
{
    return candidates(task, m_context.facts(), m_options.team);
}

bool KernelStore::makeRoom(std::size_t way)
{
    bool isAnyMade = false;
    for (MemoryHolder *holder : m_holders)
        isAnyMade = holder->giveUp(way) || isAnyMade;
    return isAnyMade;
}

std::uint64_t KernelStore::shaderHash() const
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    for (const char *shader :
         {"conv2d", "conv2d_backward_input", "conv2d_backward_weights", "winograd", "winograd_backward_input"})
        for (const TeamKind kind : {TeamKind::Alone, TeamKind::Subgroup, TeamKind::Group})
            for (const std::uint32_t word : m_options.shaders(Team{kind}.flavour(shader)))
                hash = (hash ^ word) * 0x100000001b3;
    return hash;
}

const vulkan::Kernel &KernelStore::kernel(const vulkan::KernelDescription &description)
{
    const auto found = m_kernels.find(description);
    if (found != m_kernels.end())
        return found->second;
    return m_kernels.emplace(description, vulkan::Kernel(m_context, description, m_options.shaders(description.shader)))
        .first->second;
}

std::uint32_t KernelStore::localSize() const
{
    return std::uint32_t(engine::localSize(m_context.facts()));
}

Team KernelStore::team() const
{
    return makeTeam(m_options.team.value_or(preferredTeam(m_context.facts())), m_context.facts());
}

} // namespace reslens::engine
