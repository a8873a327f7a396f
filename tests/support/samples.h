// Golden files shorten large tensors to a shape as text, a strided sample, and a norm.
#pragma once

#include "tensor/tensor.h"

#include <span>
#include <string>
#include <vector>

namespace reslens::test {

/// Reads "2x3x64x64". Throws std::runtime_error.
Shape shapeFrom(const std::string &text);

/// Returns every stride-th value from the first on, at most `count`: stride = ceil(size / count), made odd.
std::vector<float> sampled(std::span<const float> values, std::size_t count);

/// Computes in double precision.
double norm(std::span<const float> values);

} // namespace reslens::test
