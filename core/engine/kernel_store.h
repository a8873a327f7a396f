// The kernels in use on a device, each made at its first use.
#pragma once

#include "engine/kernel_choice.h"
#include "vulkan/context.h"
#include "vulkan/kernel.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace reslens::engine {

/// Finds the SPIR-V of a shader by its name in shaders/.
using ShaderLookup = std::function<std::span<const std::uint32_t>(std::string_view)>;

struct KernelStoreOptions {
    ShaderLookup shaders;              // empty: the program's own; tests plant others
    std::optional<TeamKind> team;      // the team of convolutions, which the device must support; empty: the best
    std::filesystem::path cacheFolder; // for measured choices; empty: none are kept
};

/// A holder of device memory that others may need: an executor.
class MemoryHolder {
public:
    virtual ~MemoryHolder() = default;
    /// Frees something in way `way`; 0 is the cheapest. False if there was nothing to free.
    virtual bool giveUp(std::size_t way) = 0;
};

class KernelStore {
public:
    explicit KernelStore(const vulkan::Context &context, KernelStoreOptions options = {});

    /// Throws vk::SystemError. The reference stays valid as long as the store.
    const vulkan::Kernel &kernel(const vulkan::KernelDescription &description);
    /// The kernel with workgroups of localSize(); `constants` begin at constant_id 1.
    const vulkan::Kernel &kernel(const std::string &shader, std::vector<std::uint32_t> constants = {})
    {
        constants.insert(constants.begin(), localSize());
        return kernel({shader, std::move(constants)});
    }

    /// The workgroup size for kernels that work with any.
    std::uint32_t localSize() const;
    /// The team for kernels that have no variants.
    Team team() const;
    /// From now on saves memory instead of time: no choice may have weights of its own. False if that was already so.
    bool spareMemory() { return !std::exchange(m_sparesMemory, true); }
    bool sparesMemory() const { return m_sparesMemory; }
    /// The possible choices, the default first. The form (direct or Winograd) decides the bits, so a batch uses the
    /// form of one image.
    std::vector<KernelChoice> possibleFor(const ConvolutionTask &task) const;
    std::vector<KernelChoice> possibleFor(const WeightGradientTask &task) const;
    /// The measured choice, or the one that is likely the best.
    template <typename Task>
    KernelChoice choiceFor(const Task &task) const
    {
        const std::vector<KernelChoice> possible = possibleFor(task);
        const auto measured = m_choices.find(task.key());
        // A file can contain anything, so only choices that could have been measured are accepted.
        const bool isPossible = measured && std::find(possible.begin(), possible.end(), *measured) != possible.end();
        return isPossible ? *measured : possible.front();
    }
    KernelChoices &choices() { return m_choices; }
    /// All holders of the device's memory, each as long as it lives.
    std::vector<MemoryHolder *> &holders() { return m_holders; }
    /// Lets all of them free memory in way `way`; false if none had any to free.
    bool makeRoom(std::size_t way);
    const vulkan::Context &context() const { return m_context; }

private:
    std::uint64_t shaderHash() const;

    const vulkan::Context &m_context;
    KernelStoreOptions m_options;
    KernelChoices m_choices;
    bool m_sparesMemory = false;
    std::vector<MemoryHolder *> m_holders;
    std::map<vulkan::KernelDescription, vulkan::Kernel> m_kernels;
};

} // namespace reslens::engine
