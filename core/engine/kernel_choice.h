// How a convolution of one shape, or its gradient, is run: the variants, which one is likely the fastest, and which was
// measured to be.
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

/// All direct variants add the same numbers in the same order: where a device does not contract multiply-adds they give
/// the same bits. Winograd's differ by rounding.
struct KernelChoice {
    TeamKind team = TeamKind::Alone;
    int tile = 1;            // of an invocation: its pixels or, of a gradient of weights, its quads of inputs
    bool isWinograd = false; // engine/winograd.h

    bool operator==(const KernelChoice &) const = default;
};

/// What the time of a convolution depends on, given the device.
struct ConvolutionTask {
    std::string shader; // without a flavour
    const PackedConvolution &packed;
    Shape in, out; // of what the kernel reads and writes
    WeightFormat format = WeightFormat::Float32;

    /// "conv2d 3x3/1+1 64>64 g1 1x56x56", with fp16 weights " fp16" behind it: equal for tasks that take equally long.
    std::string key() const;
    ConvolutionTask ofOneImage() const;
    /// Pixels of one dispatch: a transposed convolution with a stride takes several.
    int pixelCount() const;
};

/// The same of the gradient of a convolution's weights.
struct WeightGradientTask {
    nn::Conv2d op;
    Shape in, out; // of the convolution

    std::string key() const;
};

/// The default first. `team`: only variants in such teams. The variants of a gradient of weights give the same bits
/// too.
std::vector<KernelChoice> candidates(const ConvolutionTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});
std::vector<KernelChoice> candidates(const WeightGradientTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});

/// Which variants were measured to be the fastest on a device, kept on disk between runs.
class KernelChoices {
public:
    KernelChoices() = default;
    /// Begins with the file's content where its first line names these shaders; a missing, older or damaged file is
    /// ignored, line by line. The file is for one device and driver: its name says which.
    KernelChoices(std::filesystem::path file, std::uint64_t shaderHash);

    std::optional<KernelChoice> find(const std::string &key) const;
    /// `isDefault`: it is what was done without a choice.
    void put(const std::string &key, const KernelChoice &choice, bool isDefault = false);
    /// Grows with every choice that changes something: what was recorded before may have been recorded otherwise.
    int version() const { return m_version; }
    std::size_t count() const { return m_choices.size(); }
    /// Writes the file, if there is one, and leaves in it what others have written; failing loses nothing but time.
    void save() const;

private:
    std::string firstLine() const;
    std::map<std::string, KernelChoice> read() const;

    std::filesystem::path m_file; // empty: nowhere
    std::uint64_t m_shaderHash = 0;
    std::map<std::string, KernelChoice> m_choices;
    int m_version = 0;
};

} // namespace reslens::engine
