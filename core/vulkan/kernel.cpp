#include "vulkan/kernel.h"

#include "vulkan/context.h"

namespace reslens::vulkan {

namespace {

vk::raii::Pipeline makePipeline(const Context &context, const std::vector<std::uint32_t> &constants,
                                vk::PipelineLayout layout, const vk::raii::ShaderModule &module)
{
    std::vector<vk::SpecializationMapEntry> entries;
    for (std::uint32_t id = 0; id < constants.size(); ++id)
        entries.emplace_back(id, id * sizeof(std::uint32_t), sizeof(std::uint32_t));
    const vk::SpecializationInfo specialisation(std::uint32_t(entries.size()), entries.data(),
                                                constants.size() * sizeof(std::uint32_t), constants.data());
    const vk::PipelineShaderStageCreateInfo stage({}, vk::ShaderStageFlagBits::eCompute, *module, "main",
                                                  &specialisation);
    return {context.device(), context.pipelineCache().handle(), vk::ComputePipelineCreateInfo({}, stage, layout)};
}

} // namespace

Kernel::Kernel(const Context &context, KernelDescription description, std::span<const std::uint32_t> words)
    : m_description(std::move(description)), m_interface(interfaceOf(words))
{
    const vk::raii::Device &device = context.device();
    constexpr auto kCompute = vk::ShaderStageFlagBits::eCompute;
    std::vector<vk::DescriptorSetLayoutBinding> bindings;
    for (const Binding binding : m_interface.bindings)
        bindings.emplace_back(std::uint32_t(bindings.size()),
                              binding == Binding::Texels ? vk::DescriptorType::eUniformTexelBuffer
                                                         : vk::DescriptorType::eStorageBuffer,
                              1, kCompute);
    m_setLayout = vk::raii::DescriptorSetLayout(device, vk::DescriptorSetLayoutCreateInfo({}, bindings));
    const vk::PushConstantRange push(kCompute, 0, m_interface.pushBytes);
    m_layout = vk::raii::PipelineLayout(device, vk::PipelineLayoutCreateInfo({}, *m_setLayout, push));

    m_pipeline = context.compilers().run(
        [&context, constants = m_description.constants, layout = *m_layout,
         module = vk::raii::ShaderModule(device, vk::ShaderModuleCreateInfo({}, words.size_bytes(), words.data()))] {
            return makePipeline(context, constants, layout, module);
        });
}

Kernel::~Kernel()
{
    if (m_pipeline.valid())
        m_pipeline.wait(); // the pipeline is made with our layout
}

} // namespace reslens::vulkan
