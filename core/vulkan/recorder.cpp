#include "vulkan/recorder.h"

#include "vulkan/context.h"

#include <array>

namespace reslens::vulkan {

namespace {

constexpr std::uint32_t kSetsPerPool = 32, kBindingsPerSet = 6;

vk::raii::CommandBuffer allocateCommands(const Context &context, const vk::raii::CommandPool &pool)
{
    vk::raii::CommandBuffers buffers(context.device(),
                                     vk::CommandBufferAllocateInfo(*pool, vk::CommandBufferLevel::ePrimary, 1));
    return std::move(buffers.front());
}

} // namespace

std::uint64_t elapsedTicks(std::uint64_t before, std::uint64_t after, std::uint32_t validBits)
{
    return (after - before) & (validBits >= 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << validBits) - 1);
}

Recorder::Recorder(const Context &context, std::uint32_t timedCount)
    : m_context(context), m_pool(context.device(), vk::CommandPoolCreateInfo({}, context.queues().compute)),
      m_commands(allocateCommands(context, m_pool)), m_fence(context.device(), vk::FenceCreateInfo())
{
    if (timedCount > 0 && context.timestampBits() > 0) {
        m_queryCapacity = timedCount + 1;
        m_queries = vk::raii::QueryPool(context.device(),
                                        vk::QueryPoolCreateInfo({}, vk::QueryType::eTimestamp, m_queryCapacity));
    }
}

void Recorder::barrier()
{
    using Access = vk::AccessFlagBits;
    using Stage = vk::PipelineStageFlagBits;
    const auto stages = Stage::eComputeShader | Stage::eTransfer;
    const vk::MemoryBarrier memory(Access::eShaderWrite | Access::eTransferWrite,
                                   Access::eShaderRead | Access::eShaderWrite | Access::eTransferRead |
                                       Access::eTransferWrite | Access::eHostRead);
    m_commands.pipelineBarrier(stages, stages | Stage::eHost, {}, memory, {}, {});
}

void Recorder::writeTimestamp()
{
    if (m_queryCount < m_queryCapacity)
        m_commands.writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *m_queries, m_queryCount++);
}

void Recorder::copy(const Buffer &from, const Buffer &to, vk::DeviceSize sizeBytes, vk::DeviceSize toOffset)
{
    m_collected.push_back([source = from.handle(), target = to.handle(), sizeBytes, toOffset](Recorder &recorder) {
        recorder.m_commands.copyBuffer(source, target, vk::BufferCopy(0, toOffset, sizeBytes));
        recorder.barrier();
    });
}

void Recorder::fillZero(const Buffer &buffer, vk::DeviceSize sizeBytes)
{
    m_collected.push_back([target = buffer.handle(), sizeBytes](Recorder &recorder) {
        recorder.m_commands.fillBuffer(target, 0, sizeBytes, 0);
        recorder.barrier();
    });
}

vk::DescriptorSet Recorder::descriptorSet(const Kernel &kernel, std::span<const Buffer *const> buffers)
{
    if (m_setsLeft == 0) {
        const std::array sizes{
            vk::DescriptorPoolSize(vk::DescriptorType::eUniformTexelBuffer, kSetsPerPool * kBindingsPerSet),
            vk::DescriptorPoolSize(vk::DescriptorType::eStorageBuffer, kSetsPerPool * kBindingsPerSet)};
        m_descriptorPools.emplace_back(
            m_context.device(),
            vk::DescriptorPoolCreateInfo(vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet, kSetsPerPool, sizes));
        m_setsLeft = kSetsPerPool;
    }
    --m_setsLeft;
    const vk::DescriptorSetLayout layout = kernel.setLayout();
    vk::raii::DescriptorSets sets(m_context.device(), vk::DescriptorSetAllocateInfo(*m_descriptorPools.back(), layout));
    m_sets.push_back(std::move(sets.front()));

    const std::vector<Binding> &bindings = kernel.interface().bindings;
    std::vector<vk::DescriptorBufferInfo> infos(buffers.size());
    std::vector<vk::BufferView> views(buffers.size());
    std::vector<vk::WriteDescriptorSet> writes;
    for (std::uint32_t b = 0; b < buffers.size(); ++b) {
        infos[b] = vk::DescriptorBufferInfo(buffers[b]->handle(), 0, VK_WHOLE_SIZE);
        views[b] = buffers[b]->texels();
        vk::WriteDescriptorSet write(*m_sets.back(), b, 0, 1);
        if (bindings[b] == Binding::Texels)
            write.setDescriptorType(vk::DescriptorType::eUniformTexelBuffer).setPTexelBufferView(&views[b]);
        else
            write.setDescriptorType(vk::DescriptorType::eStorageBuffer).setPBufferInfo(&infos[b]);
        writes.push_back(write);
    }
    m_context.device().updateDescriptorSets(writes, {});
    return *m_sets.back();
}

void Recorder::dispatchBytes(const Kernel &kernel, std::span<const Buffer *const> buffers,
                             std::span<const std::byte> push, std::uint32_t invocations)
{
    if (buffers.size() != kernel.interface().bindings.size() || push.size() != kernel.interface().pushBytes)
        throw std::logic_error(kernel.description().shader + " is dispatched with other buffers or another push block");
    ++m_dispatchCount;
    // If the groups do not all fit along x, the rest go along y; the shaders number their invocations accordingly.
    const std::uint32_t localSize = kernel.description().localSize();
    const std::uint32_t groups = (invocations + localSize - 1) / localSize;
    const std::uint32_t rows =
        (groups + m_context.limits().maxComputeWorkGroupCount[0] - 1) / m_context.limits().maxComputeWorkGroupCount[0];
    m_collected.push_back([&kernel, set = descriptorSet(kernel, buffers), columns = (groups + rows - 1) / rows, rows,
                           bytes = std::vector(push.begin(), push.end())](Recorder &recorder) {
        const vk::raii::CommandBuffer &commands = recorder.m_commands;
        if (recorder.m_queryCount == 0)
            recorder.writeTimestamp(); // the beginning of the first dispatch
        commands.bindPipeline(vk::PipelineBindPoint::eCompute, kernel.pipeline());
        commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, kernel.layout(), 0, set, {});
        commands.pushConstants<std::byte>(kernel.layout(), vk::ShaderStageFlagBits::eCompute, 0, bytes);
        commands.dispatch(columns, rows, 1);
        recorder.barrier();
        recorder.writeTimestamp();
    });
}

void Recorder::finish()
{
    m_commands.begin(vk::CommandBufferBeginInfo());
    if (m_context.queues().hasTransferQueue())
        barrier(); // kernels see the other queue's writes
    if (m_queryCapacity > 0)
        m_commands.resetQueryPool(*m_queries, 0, m_queryCapacity);
    for (const auto &write : m_collected)
        write(*this);
    m_collected.clear();
    m_commands.end();
}

void Recorder::submit()
{
    const vk::CommandBuffer commands = *m_commands;
    m_context.device().resetFences(*m_fence);
    m_context.submit(Work::Compute, commands, *m_fence);
    const auto timeoutNs = std::uint64_t(std::chrono::nanoseconds(kTimeout).count());
    const vk::Result result = m_context.device().waitForFences(*m_fence, VK_TRUE, timeoutNs);
    if (result != vk::Result::eSuccess) // the queue still uses our buffers: nothing can be freed safely, so wait on
        m_context.waitIdle();
    if (result == vk::Result::eTimeout)
        throw vk::SystemError(vk::make_error_code(result), "the device did not answer in time");
}

std::vector<double> Recorder::dispatchMs() const
{
    std::vector<double> milliseconds;
    if (m_queryCount < 2)
        return milliseconds;
    const auto [result, ticks] = m_queries.getResults<std::uint64_t>(
        0, m_queryCount, m_queryCount * sizeof(std::uint64_t), sizeof(std::uint64_t), vk::QueryResultFlagBits::e64);
    if (result != vk::Result::eSuccess)
        return milliseconds;
    const double periodNs = m_context.limits().timestampPeriod;
    for (std::uint32_t i = 1; i < m_queryCount; ++i)
        milliseconds.push_back(double(elapsedTicks(ticks[i - 1], ticks[i], m_context.timestampBits())) * periodNs *
                               1e-6);
    return milliseconds;
}

} // namespace reslens::vulkan
