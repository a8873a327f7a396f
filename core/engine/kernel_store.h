// The kernels in use on a device, each made when it is first asked for.
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

/// The SPIR-V of a shader by its name in shaders/.
using ShaderLookup = std::function<std::span<const std::uint32_t>(std::string_view)>;

struct KernelStoreOptions {
    ShaderLookup shaders;              // empty: the program's own; tests have others to plant
    std::optional<TeamKind> team;      // that convolutions work in, which must be possible; empty: the best
    std::filesystem::path cacheFolder; // of measured choices; empty: none are kept
};

/// Who keeps memory of the device that others may need: an executor.
class MemoryHolder {
public:
    virtual ~MemoryHolder() = default;
    /// Gives something up in way `way`, of which the cheapest is 0; false if there is nothing of the kind.
    virtual bool giveUp(std::size_t way) = 0;
};

class KernelStore {
public:
    explicit KernelStore(const vulkan::Context &context, KernelStoreOptions options = {});

    /// Throws vk::SystemError. The reference stays valid as long as the store.
    const vulkan::Kernel &kernel(const vulkan::KernelDescription &description);
    /// In workgroups of localSize(); `constants` are those from constant_id 1 on.
    const vulkan::Kernel &kernel(const std::string &shader, std::vector<std::uint32_t> constants = {})
    {
        constants.insert(constants.begin(), localSize());
        return kernel({shader, std::move(constants)});
    }

    /// Invocations of a workgroup for kernels that do not care.
    std::uint32_t localSize() const;
    /// The teams of kernels that have no choice of their own.
    Team team() const;
    /// From now on memory counts more than time: no choice has weights of its own. False if it was so already.
    bool spareMemory() { return !std::exchange(m_sparesMemory, true); }
    bool sparesMemory() const { return m_sparesMemory; }
    /// What may be chosen, the default first. The form, which decides the bits, is that of one image: a batch is
    /// computed as its images are.
    std::vector<KernelChoice> possibleFor(const ConvolutionTask &task) const;
    std::vector<KernelChoice> possibleFor(const WeightGradientTask &task) const;
    /// As measured, else what is likely the best.
    template <typename Task>
    KernelChoice choiceFor(const Task &task) const
    {
        const std::vector<KernelChoice> possible = possibleFor(task);
        const auto measured = m_choices.find(task.key());
        // A file can say anything: only what could have been measured is taken from it.
        const bool isPossible = measured && std::find(possible.begin(), possible.end(), *measured) != possible.end();
        return isPossible ? *measured : possible.front();
    }
    KernelChoices &choices() { return m_choices; }
    /// All that hold memory of the device, each as long as it lives.
    std::vector<MemoryHolder *> &holders() { return m_holders; }
    /// Lets all of them give up in way `way`; false if none has anything.
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
