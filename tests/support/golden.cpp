#include "support/golden.h"

#include "weights/checkpoint.h"

#include <stdexcept>

namespace reslens::test {

namespace {

Tensor toTensor(const StoredTensor &stored)
{
    int extents[4] = {1, 1, 1, 1};
    for (std::size_t axis = 0; axis < stored.shape.size(); ++axis)
        extents[axis] = int(stored.shape[axis]);
    Tensor tensor;
    tensor.shape = {extents[0], extents[1], extents[2], extents[3]};
    tensor.values = stored.toFloats();
    return tensor;
}

} // namespace

Tensor GoldenFile::tensor(std::string_view name) const
{
    const auto at = tensors.find(name);
    if (at == tensors.end())
        throw std::runtime_error("there is no golden tensor " + std::string(name));
    return toTensor(at->second);
}

GoldenFile readGolden(const std::string &path, const std::string &format)
{
    Result<weights::Checkpoint> file = weights::readCheckpoint(RESLENS_SOURCE_DIR "/tests/golden/" + path);
    if (!file)
        throw std::runtime_error(file.error().message());
    if (file->metadata["format"] != format)
        throw std::runtime_error(path + " has the format \"" + file->metadata["format"] + "\", expected \"" + format +
                                 "\": make it again with " + file->metadata["command"]);
    return {std::move(file->tensors), std::move(file->metadata)};
}

const Tensor &OpCase::operator[](std::string_view letter) const
{
    const auto at = tensors.find(letter);
    if (at == tensors.end())
        throw std::runtime_error("golden case " + name + " has no " + std::string(letter));
    return at->second;
}

std::vector<OpCase> opCases(const std::string &op)
{
    const GoldenFile file = readGolden("ops.safetensors", "reslens op golden 1");
    std::vector<OpCase> cases; // the map's order keeps a case's tensors together: <op>/<case>/<letter>
    for (const auto &[name, stored] : file.tensors) {
        if (!name.starts_with(op + "/"))
            continue;
        const std::size_t slash = name.rfind('/');
        const std::string caseName = name.substr(op.size() + 1, slash - op.size() - 1);
        if (cases.empty() || cases.back().name != caseName)
            cases.push_back({caseName, {}, {}});
        if (const std::string letter = name.substr(slash + 1); letter == "op")
            cases.back().numbers = stored.toFloats();
        else
            cases.back().tensors[letter] = toTensor(stored);
    }
    if (cases.empty())
        throw std::runtime_error("there is no golden case of " + op);
    return cases;
}

nn::Conv2d conv2dOf(const OpCase &golden)
{
    return {golden.number(0),
            golden.number(1),
            golden.number(2),
            golden.number(3),
            golden.number(4),
            golden.number(5),
            golden.numbers.size() > 6 ? golden.number(6) : 1};
}

nn::MaxPool maxPoolOf(const OpCase &golden)
{
    return {golden.number(0), golden.number(1), golden.number(2)};
}

nn::AveragePool averagePoolOf(const OpCase &golden)
{
    return {golden.number(0), golden.number(1), golden.number(2), golden.number(3) != 0, golden.number(4) != 0};
}

nn::Activate activateOf(const OpCase &golden)
{
    return {golden.number(0) ? nn::Activate::Kind::Silu : nn::Activate::Kind::Leaky, golden.numbers[1]};
}

nn::BlurPool blurPoolOf(const OpCase &golden)
{
    return {golden.number(0), golden.number(1)};
}

nn::ZeroPadShortcut zeroPadShortcutOf(const OpCase &golden)
{
    return {golden.number(0), golden.number(1), golden.number(2)};
}

nn::Linear linearOf(const OpCase &golden)
{
    return {golden.number(0), golden.number(1)};
}

} // namespace reslens::test
