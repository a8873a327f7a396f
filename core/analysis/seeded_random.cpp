#include "analysis/seeded_random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace reslens::analysis {

double SeededRandom::uniform()
{
    return double(m_bits() >> 11) * 0x1p-53;
}

double SeededRandom::normal() // Box and Muller 1958
{
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

int SeededRandom::below(int limit)
{
    return int(uniform() * limit);
}

std::vector<int> SeededRandom::subset(int limit, int count)
{
    std::vector<int> all(std::size_t(limit), 0);
    std::iota(all.begin(), all.end(), 0);
    for (int i = 0; i < count; ++i)
        std::swap(all[i], all[i + below(limit - i)]);
    all.resize(std::size_t(count));
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace reslens::analysis
