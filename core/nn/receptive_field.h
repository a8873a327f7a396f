// The part of the input that a value of a layer can depend on.
#pragma once

#include "nn/network.h"

#include <vector>

namespace reslens::nn {

/// Along one axis, output i depends only on the inputs start + i * step ... start + i * step + size - 1. These may lie
/// beyond the edges (padding).
struct FieldAxis {
    int start = 0, size = 1, step = 1;

    int first(int output) const { return start + output * step; }
    int last(int output) const { return first(output) + size - 1; }
    bool operator==(const FieldAxis &) const = default;
};

struct ReceptiveField {
    FieldAxis rows, columns;
    bool operator==(const ReceptiveField &) const = default;
};

/// The receptive field of every layer of `network` for an input of shape `input`. Where paths meet, it covers all of
/// them. A convolution adds (kernel - 1) steps and multiplies the step by its stride (Araujo et al., Distill 2019).
std::vector<ReceptiveField> receptiveFields(const Network &network, Shape input);

} // namespace reslens::nn
