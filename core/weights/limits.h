// How much a checkpoint may ask of us. Each limit has a test at its value and one beyond.
#pragma once

#include <cstddef>
#include <cstdint>

namespace reslens::weights {

// The largest published ResNet (wide_resnet101_2) has 127 M parameters in 632 tensors: 0.5 GB in fp32, three times that
// with its optimizer's state.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t(4) << 30;
constexpr std::size_t kMaxTensors = 4096;
constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kMaxNameBytes = 512;

constexpr std::uint64_t kMaxSafetensorsHeaderBytes = std::uint64_t(8) << 20; // the format allows 100 MB

constexpr std::uint64_t kMaxPickleBytes = std::uint64_t(16) << 20;
constexpr int kMaxPickleNesting = 64;
constexpr std::size_t kMaxPickleMemo = 65'536;
constexpr std::size_t kMaxPickleStack = 1'000'000;
// What a pickle of 16 MiB may build, so that reading it stays within 64 MiB.
constexpr std::size_t kMaxPickleNodes = 250'000;
constexpr std::size_t kMaxPickleItems = 1'000'000;

constexpr std::uint64_t kMaxZipEntries = 16'384;

} // namespace reslens::weights
