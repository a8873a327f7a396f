// A model's weights on the device, with batch norms folded in and packed for the convolution kernels. Other threads
// upload them once, so the first picture's first kernels run while the last weights are still being packed.
#pragma once

#include "engine/packing.h"
#include "jobs/background_jobs.h"
#include "nn/model.h"
#include "vulkan/buffer.h"
#include "vulkan/uploader.h"

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <optional>

namespace reslens::engine {

struct DeviceConvolution {
    PackedConvolution shape;
    vulkan::Buffer weights, bias; // the weights in `format`, the bias in fp32
    WeightFormat format = WeightFormat::Float32;
};

enum class Direction {
    Forward,
    Backward, // transposed, for the gradient with respect to the input; no biases
};

class DeviceWeights {
public:
    /// Makes the buffers of every convolution and linear layer and begins to fill them, in the layers' order. Reads
    /// `model` until they are full. Throws vk::SystemError, Error.
    DeviceWeights(const vulkan::Context &context, const nn::Model &model, Direction direction,
                  WeightFormat format = WeightFormat::Float32);
    ~DeviceWeights();

    /// The weights of convolution or linear layer `layer`. Commands on its buffers can be recorded at once, and
    /// submitted after waitFor() has returned.
    const DeviceConvolution &convolution(int layer) const { return m_convolutions.at(layer); }
    /// The weights of engine/winograd.h, for a layer that it fits; another thread fills them, like the others. They
    /// take four times the memory, so all users share them, and the last user frees them. Throws vk::SystemError,
    /// Error.
    std::shared_ptr<const vulkan::Buffer> winograd(int layer) const;
    /// Waits until the weights of `layer`, if any, are on the device in all forms that were asked for. Throws
    /// vk::SystemError, Error; Unsupported if a weight is too large for the format.
    void waitFor(int layer) const;
    void waitForAll() const;
    /// True while weights are still being filled in, so that a wait may be long.
    bool isFilling() const { return m_jobsLeft > 0; }

private:
    /// A convolution's weights in Winograd's form, and the task that fills them in.
    struct WinogradWeights {
        vulkan::Buffer onDevice;
        std::shared_future<void> filling;

        ~WinogradWeights()
        {
            if (filling.valid())
                filling.wait(); // it writes the buffer
        }
    };

    void fill(int layer);
    void fillWinograd(int layer, const vulkan::Buffer &onDevice) const;

    const vulkan::Context &m_context;
    const nn::Model &m_model;
    const Direction m_direction;
    std::map<int, DeviceConvolution> m_convolutions;
    mutable std::map<int, std::weak_ptr<WinogradWeights>> m_winograd; // by layer
    std::map<int, std::size_t> m_jobOf;                               // by layer
    std::atomic<std::size_t> m_jobsLeft = 0;
    std::optional<vulkan::Uploader> m_uploader;      // until all buffers are full, if the CPU cannot write them
    std::unique_ptr<jobs::BackgroundJobs> m_filling; // last: it stops before the other members are destroyed
};

/// Reads `count` floats of a Device buffer, from float `first` on.
std::vector<float> download(const vulkan::Context &context, const vulkan::Buffer &buffer, std::size_t first,
                            std::size_t count);

} // namespace reslens::engine
