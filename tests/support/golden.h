// Golden values, computed by PyTorch, in small .safetensors files from the scripts of tools/golden.
#pragma once

#include "nn/ops.h"
#include "tensor/stored_tensor.h"
#include "tensor/tensor.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::test {

struct GoldenFile {
    std::map<std::string, StoredTensor, std::less<>> tensors;
    std::map<std::string, std::string> metadata;

    /// Returns a tensor of up to four axes; missing ones count 1. Throws std::runtime_error if there is no such
    /// tensor.
    Tensor tensor(std::string_view name) const;
};

/// `path` is relative to tests/golden. Throws std::runtime_error if it cannot be read or has another `format`.
GoldenFile readGolden(const std::string &path, const std::string &format);

/// One case of one op: its struct's numbers and its tensors by letter (x, w, y, gy, gx, ...).
struct OpCase {
    std::string name;
    std::vector<float> numbers;
    std::map<std::string, Tensor, std::less<>> tensors;

    const Tensor &operator[](std::string_view letter) const;
    int number(std::size_t at) const { return int(numbers.at(at)); }
};

/// Returns every case of `op` in tests/golden/ops.safetensors, by the op's file name: "conv2d", "max_pool", ...
std::vector<OpCase> opCases(const std::string &op);

nn::Conv2d conv2dOf(const OpCase &golden);
nn::MaxPool maxPoolOf(const OpCase &golden);
nn::AveragePool averagePoolOf(const OpCase &golden);
nn::Activate activateOf(const OpCase &golden);
nn::BlurPool blurPoolOf(const OpCase &golden);
nn::ZeroPadShortcut zeroPadShortcutOf(const OpCase &golden);
nn::Linear linearOf(const OpCase &golden);

} // namespace reslens::test
