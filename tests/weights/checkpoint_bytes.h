// Checkpoints made in memory, right or deliberately wrong, and read back.
#pragma once

#include "nn/model.h"
#include "weights/checkpoint.h"
#include "weights/model_from_checkpoint.h"

#include <cstdint>
#include <map>
#include <string>

namespace reslens::test {

template <typename T>
std::string littleEndian(T value)
{
    return {reinterpret_cast<const char *>(&value), sizeof value};
}

using Metadata = std::map<std::string, std::string>;

/// Writes length, header and data as given, however wrong.
std::string safetensorsFile(const std::string &header, const std::string &data);
/// Writes a proper file of these tensors.
std::string safetensorsFile(const nn::Parameters &parameters, const Metadata &metadata = {});

Result<weights::Checkpoint> read(std::string bytes, const std::string &name = "bytes");
/// Returns the error's message; empty if the bytes were accepted.
std::string readError(std::string bytes);
/// Returns a fixture in tests/weights/data.
std::string fixtureFile(const std::string &name);
std::string contentOf(const std::string &path);

/// Returns value i of tensor `name`, as filled() of tools/fixtures/make_checkpoints.py does.
float fixtureValue(const std::string &name, std::size_t i);

/// Makes a small CIFAR residual network (ResNet-8, option A, 2 channels, 3 classes) with generated weights.
nn::Parameters smallParameters();
/// Makes the parameters of the network of that name.
nn::Parameters generatedParameters(const std::string &architecture);
weights::Checkpoint checkpointOf(const nn::Parameters &parameters, const Metadata &metadata = {});
/// Returns the error's message of making a model; empty if it succeeds.
std::string modelError(const weights::Checkpoint &checkpoint, const weights::ModelOptions &options = {});

} // namespace reslens::test
