// The variants of a convolution kernel for one shape, or for its gradient: which one is likely the fastest, and which
// was measured to be.
#pragma once

#include "engine/packing.h"
#include "engine/team.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reslens::engine {

/// All direct variants add the same numbers in the same order. They give the same bits on a device that does not
/// contract multiply-adds. Winograd's form differs by rounding.
struct KernelChoice {
    TeamKind team = TeamKind::Alone;
    int tile = 1;            // pixels of one invocation; for a gradient of weights: quads of input channels
    bool isWinograd = false; // engine/winograd.h

    bool operator==(const KernelChoice &) const = default;
};

/// Everything that decides the time of a convolution on a given device.
struct ConvolutionTask {
    std::string shader; // without a flavour
    const PackedConvolution &packed;
    Shape in, out; // the tensors that the kernel reads and writes
    WeightFormat format = WeightFormat::Float32;

    /// "conv2d 3x3/1+1 64>64 g1 1x56x56", with " fp16" after it for fp16 weights. Tasks that take equally long have
    /// equal keys.
    std::string key() const;
    ConvolutionTask ofOneImage() const;
    /// The pixels of one dispatch; a transposed convolution with a stride has several dispatches.
    int pixelCount() const;
};

/// The same for the gradient of a convolution's weights.
struct WeightGradientTask {
    nn::Conv2d op;
    Shape in, out; // shapes of the convolution

    std::string key() const;
};

/// All variants, the default first; with `team`, only those of that team. The variants of a gradient of weights also
/// give the same bits.
std::vector<KernelChoice> candidates(const ConvolutionTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});
std::vector<KernelChoice> candidates(const WeightGradientTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});

/// Remembers, on disk, which variants were the fastest on a device.
class KernelChoices {
public:
    KernelChoices() = default;
    /// Reads the file if its first line names these shaders. A missing or older file is ignored, and so is every
    /// damaged line. The file belongs to one device and driver, which its name says.
    KernelChoices(std::filesystem::path file, std::uint64_t shaderHash);

    std::optional<KernelChoice> find(const std::string &key) const;
    /// `isDefault`: the choice equals the default, so nothing changes.
    void put(const std::string &key, const KernelChoice &choice, bool isDefault = false);
    /// Grows when a choice changes. Commands that were recorded before may then use an older choice.
    int version() const { return m_version; }
    std::size_t count() const { return m_choices.size(); }
    /// Writes the file, if there is one, and keeps in it what others have written. A failure only costs time.
    void save() const;

private:
    std::string firstLine() const;
    std::map<std::string, KernelChoice> read() const;

    std::filesystem::path m_file; // empty: no file
    std::uint64_t m_shaderHash = 0;
    std::map<std::string, KernelChoice> m_choices;
    int m_version = 0;
};

} // namespace reslens::engine
