// Random numbers that a seed determines on every platform. The standard library's distributions do not promise that.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace reslens::analysis {

class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : m_bits(seed) {}

    double uniform();     // in [0, 1)
    double normal();      // mean 0, variance 1
    int below(int limit); // 0 ... limit - 1, all equally likely
    /// `count` different numbers of 0 ... limit - 1, in ascending order; all such sets are equally likely.
    std::vector<int> subset(int limit, int count);

private:
    std::mt19937_64 m_bits;
};

} // namespace reslens::analysis
