// One compute pipeline: a shader with its specialisation constants. Another thread makes it, so the kernels of a pass
// compile in parallel.
#pragma once

#include "vulkan/shader_interface.h"

#include <vulkan/vulkan_raii.hpp>

#include <cstdint>
#include <future>
#include <span>
#include <string>
#include <vector>

namespace reslens::vulkan {

class Context;

struct KernelDescription {
    std::string shader;                   // its name in shaders/
    std::vector<std::uint32_t> constants; // constant_id 0 (always local_size_x), 1, ...

    std::uint32_t localSize() const { return constants.at(0); }
    auto operator<=>(const KernelDescription &) const = default; // NOLINT(modernize-use-nullptr): a wrong warning
};

class Kernel {
public:
    /// Begins to make the pipeline. Throws vk::SystemError. `words` is the shader's SPIR-V.
    Kernel(const Context &context, KernelDescription description, std::span<const std::uint32_t> words);
    Kernel(Kernel &&) = default;
    ~Kernel();

    const KernelDescription &description() const { return m_description; }
    const ShaderInterface &interface() const { return m_interface; }
    /// Waits until the pipeline is ready. Throws vk::SystemError if making it failed.
    vk::Pipeline pipeline() const { return *m_pipeline.get(); }
    vk::PipelineLayout layout() const { return *m_layout; }
    vk::DescriptorSetLayout setLayout() const { return *m_setLayout; }

private:
    KernelDescription m_description;
    ShaderInterface m_interface;
    vk::raii::DescriptorSetLayout m_setLayout{nullptr};
    vk::raii::PipelineLayout m_layout{nullptr};
    std::shared_future<vk::raii::Pipeline> m_pipeline;
};

} // namespace reslens::vulkan
