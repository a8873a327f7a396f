// Checkpoints made in memory, right or wrong on purpose, and read back.
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

/// Length, header and data as they are given, however wrong.
std::string safetensorsFile(const std::string &header, const std::string &data);
/// A proper file of these tensors.
std::string safetensorsFile(const nn::Parameters &parameters, const Metadata &metadata = {});

Result<weights::Checkpoint> read(std::string bytes, const std::string &name = "bytes");
/// The message of the error; empty if the bytes were accepted.
std::string readError(std::string bytes);
/// A fixture in tests/weights/data.
std::string fixtureFile(const std::string &name);
std::string contentOf(const std::string &path);

/// tools/fixtures/make_checkpoints.py's filled(): value i of tensor `name`.
float fixtureValue(const std::string &name, std::size_t i);

/// A small CIFAR residual network (ResNet-8, option A, 2 channels, 3 classes) with generated weights.
nn::Parameters smallParameters();
/// Of the network of that name.
nn::Parameters generatedParameters(const std::string &architecture);
weights::Checkpoint checkpointOf(const nn::Parameters &parameters, const Metadata &metadata = {});
/// The error's message when a model is made; empty if one could be.
std::string modelError(const weights::Checkpoint &checkpoint, const weights::ModelOptions &options = {});

} // namespace reslens::test
