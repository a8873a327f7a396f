#include "support/samples.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace reslens::test {

Shape shapeFrom(const std::string &text)
{
    Shape shape;
    const char *at = text.data(), *const end = text.data() + text.size();
    for (int *extent : {&shape.n, &shape.c, &shape.h, &shape.w}) {
        const auto [next, error] = std::from_chars(at, end, *extent);
        if (error != std::errc())
            throw std::runtime_error("\"" + text + "\" is not a shape");
        at = next + (next != end);
    }
    return shape;
}

std::vector<float> sampled(std::span<const float> values, std::size_t count)
{
    const std::size_t stride = ((values.size() + count - 1) / count) | 1;
    std::vector<float> sample;
    for (std::size_t i = 0; i < values.size(); i += stride)
        sample.push_back(values[i]);
    return sample;
}

double norm(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values)
        sum += double(value) * value;
    return std::sqrt(sum);
}

} // namespace reslens::test
