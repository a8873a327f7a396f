#include "cli/read_ahead.h"

#include "cli/input.h"

#include <algorithm>

namespace reslens::cli {

namespace {

constexpr std::size_t kAheadBytes = 64u << 20; // of inputs that wait
constexpr std::size_t kMostAhead = 128;        // of those: a few batches
constexpr unsigned kMostThreads = 8;           // a decoder may need a gigabyte for a picture of 100 megapixels

std::size_t lookAhead(const nn::Preprocess &how)
{
    const std::size_t inputBytes = std::size_t(3) * how.crop * how.crop * sizeof(float);
    return std::clamp<std::size_t>(kAheadBytes / inputBytes, 2, kMostAhead);
}

} // namespace

ReadAhead::ReadAhead(const QStringList &paths, const nn::Preprocess &how)
    : m_paths(paths), m_how(how), m_inputs(std::size_t(paths.size())),
      m_reading(
          std::size_t(paths.size()),
          [this](std::size_t index) {
              const QString &path = m_paths[qsizetype(index)];
              if (!isTensorFile(path)) // which may be of any size, and needs no decoding
                  m_inputs[index] = readInput(path, m_how);
          },
          lookAhead(how), std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads))
{
}

Result<Tensor> ReadAhead::take(qsizetype index)
{
    m_reading.waitFor(std::size_t(index));
    auto &input = m_inputs[std::size_t(index)];
    if (!input)
        return readInput(m_paths[index], m_how);
    Result<Tensor> taken = std::move(*input);
    input.reset();
    return taken;
}

} // namespace reslens::cli
