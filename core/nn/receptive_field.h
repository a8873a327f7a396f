// Which part of the input a value of a layer can depend on.
#pragma once

#include "nn/network.h"

#include <vector>

namespace reslens::nn {

/// Along one axis: output i depends on nothing but the inputs start + i * step ... start + i * step + size - 1, which
/// may lie beyond the edges (padding).
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

/// Of every layer of `network`, for an input of `input`; where ways of different reach meet, of all of them. The
/// theory: a convolution adds (kernel - 1) steps and multiplies the step by its stride (Araujo et al., Distill 2019).
std::vector<ReceptiveField> receptiveFields(const Network &network, Shape input);

} // namespace reslens::nn
