// Uses an accepted checkpoint as the application would. Every fuzz target does so.
#pragma once

#include "weights/model_from_checkpoint.h"

#include <cstdlib>

namespace reslens::fuzz {

/// An error has to be one non-empty line; a checkpoint's tensors have to be readable to their last element.
inline void exercise(const Result<weights::Checkpoint> &checkpoint)
{
    if (!checkpoint) {
        const std::string message = checkpoint.error().message();
        if (message.empty() || message.find('\n') != std::string::npos)
            std::abort();
        return;
    }
    for (const auto &[key, tensor] : checkpoint->tensors)
        if (tensor.toFloats().size() != std::size_t(tensor.count()))
            std::abort();
    const auto model = weights::makeModel(*checkpoint, {});
    if (!model && model.error().message().find('\n') != std::string::npos)
        std::abort();
}

inline std::span<const std::byte> bytesOf(const std::uint8_t *data, std::size_t size)
{
    return std::as_bytes(std::span(data, size));
}

} // namespace reslens::fuzz
