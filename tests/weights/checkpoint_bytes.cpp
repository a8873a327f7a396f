#include "weights/checkpoint_bytes.h"

#include "nn/generated_parameters.h"
#include "nn/resnet.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace reslens::test {

std::string safetensorsFile(const std::string &header, const std::string &data)
{
    return littleEndian<std::uint64_t>(header.size()) + header + data;
}

std::string safetensorsFile(const nn::Parameters &parameters, const Metadata &metadata)
{
    nlohmann::ordered_json header;
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::string data;
    for (const auto &[name, tensor] : parameters) {
        const std::size_t begin = data.size();
        data.append(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
        header[name] = {
            {"dtype", reslens::name(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
    }
    return safetensorsFile(header.dump(), data);
}

Result<weights::Checkpoint> read(std::string bytes, const std::string &name)
{
    const auto owner = std::make_shared<const std::string>(std::move(bytes));
    return weights::readCheckpoint(weights::Source(std::as_bytes(std::span(*owner)), owner), name);
}

std::string readError(std::string bytes)
{
    const auto checkpoint = read(std::move(bytes));
    return checkpoint ? std::string() : checkpoint.error().message();
}

std::string fixtureFile(const std::string &name)
{
    return std::string(RESLENS_SOURCE_DIR) + "/tests/weights/data/" + name;
}

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

float fixtureValue(const std::string &name, std::size_t i)
{
    std::size_t hash = 0;
    for (const char c : name)
        hash += static_cast<unsigned char>(c);
    return (float((hash + 37 * i) % 512) - 256) / 256;
}

nn::Parameters smallParameters()
{
    nn::Architecture architecture = nn::architectureNamed("resnet8").value();
    architecture.stemChannels = 2;
    architecture.classes = 3;
    return nn::generateParameters(nn::buildNetwork(architecture));
}

nn::Parameters generatedParameters(const std::string &architecture)
{
    return nn::generateParameters(nn::buildNetwork(nn::architectureNamed(architecture).value()));
}

weights::Checkpoint checkpointOf(const nn::Parameters &parameters, const Metadata &metadata)
{
    weights::Checkpoint checkpoint;
    checkpoint.path = "small.pth";
    checkpoint.tensors = parameters;
    checkpoint.metadata = metadata;
    return checkpoint;
}

std::string modelError(const weights::Checkpoint &checkpoint, const weights::ModelOptions &options)
{
    const auto model = weights::makeModel(checkpoint, options);
    return model ? std::string() : model.error().message();
}

} // namespace reslens::test
