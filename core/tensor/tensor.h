// A four-dimensional fp32 array on the CPU, in NCHW order: N images, C channels, H rows, W columns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reslens {

struct Shape {
    int n = 1, c = 1, h = 1, w = 1;

    std::size_t count() const { return std::size_t(n) * c * h * w; }
    std::size_t planeCount() const { return std::size_t(h) * w; }
    bool operator==(const Shape &) const = default;

    std::string text() const
    {
        return std::to_string(n) + "x" + std::to_string(c) + "x" + std::to_string(h) + "x" + std::to_string(w);
    }
};

struct Tensor {
    Shape shape;
    std::vector<float> values; // shape.count() of them

    Tensor() = default;
    explicit Tensor(Shape s, float fill = 0.0f) : shape(s), values(s.count(), fill) {}

    std::size_t index(int n, int c, int h, int w) const
    {
        return ((std::size_t(n) * shape.c + c) * shape.h + h) * shape.w + w;
    }
    float &operator()(int n, int c, int h, int w) { return values[index(n, c, h, w)]; }
    float operator()(int n, int c, int h, int w) const { return values[index(n, c, h, w)]; }

    /// x(n, c, h, w), or 0 if h or w lies outside the plane (zero padding).
    float padded(int n, int c, int h, int w) const
    {
        return h < 0 || w < 0 || h >= shape.h || w >= shape.w ? 0.0f : (*this)(n, c, h, w);
    }
};

} // namespace reslens
