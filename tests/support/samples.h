// How golden files spell what is too large to store whole: a shape as text, a strided sample, a norm.
#pragma once

#include "tensor/tensor.h"

#include <span>
#include <string>
#include <vector>

namespace reslens::test {

/// "2x3x64x64". Throws std::runtime_error.
Shape shapeFrom(const std::string &text);

/// Every stride-th value from the first on, at most `count`: stride = ceil(size / count), made odd.
std::vector<float> sampled(std::span<const float> values, std::size_t count);

/// In double precision.
double norm(std::span<const float> values);

} // namespace reslens::test
