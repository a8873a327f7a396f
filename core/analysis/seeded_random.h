// Random numbers that a seed determines on every platform, which the standard library's distributions do not promise.
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
    int below(int limit); // 0 ... limit - 1, each as likely
    /// `count` different numbers of 0 ... limit - 1, every such set as likely; ascending.
    std::vector<int> subset(int limit, int count);

private:
    std::mt19937_64 m_bits;
};

} // namespace reslens::analysis
