#include "vulkan/kernel.h"

#include "vulkan/context.h"

namespace reslens::vulkan {

Kernel::Kernel(const Context &context, KernelDescription description, std::span<const std::uint32_t> words)
    : m_description(std::move(description))
{
    const vk::raii::Device &device = context.device();
    constexpr auto kCompute = vk::ShaderStageFlagBits::eCompute;
    std::vector<vk::DescriptorSetLayoutBinding> bindings;
    for (const Binding binding : m_description.bindings)
        bindings.emplace_back(std::uint32_t(bindings.size()),
                              binding == Binding::Texels ? vk::DescriptorType::eUniformTexelBuffer
                                                         : vk::DescriptorType::eStorageBuffer,
                              1, kCompute);
    m_setLayout = vk::raii::DescriptorSetLayout(device, vk::DescriptorSetLayoutCreateInfo({}, bindings));
    const vk::PushConstantRange push(kCompute, 0, m_description.pushBytes);
    m_layout = vk::raii::PipelineLayout(device, vk::PipelineLayoutCreateInfo({}, *m_setLayout, push));

    std::vector<vk::SpecializationMapEntry> entries;
    for (std::uint32_t id = 0; id < m_description.constants.size(); ++id)
        entries.emplace_back(id, id * sizeof(std::uint32_t), sizeof(std::uint32_t));
    const vk::SpecializationInfo constants(std::uint32_t(entries.size()), entries.data(),
                                           m_description.constants.size() * sizeof(std::uint32_t),
                                           m_description.constants.data());
    const vk::raii::ShaderModule module(device, vk::ShaderModuleCreateInfo({}, words.size_bytes(), words.data()));
    const vk::PipelineShaderStageCreateInfo stage({}, kCompute, *module, "main", &constants);
    m_pipeline = vk::raii::Pipeline(device, context.pipelineCache().handle(),
                                    vk::ComputePipelineCreateInfo({}, stage, *m_layout));
}

} // namespace reslens::vulkan
