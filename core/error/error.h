// What went wrong at a boundary (a file, a device, a request), as a value that reads as one sentence.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace reslens {

enum class ErrorKind {
    NotFound,     // no such file, model, block or class
    Io,           // the operating system refused
    Malformed,    // the bytes are not what their format promises
    Limit,        // larger than we accept
    Unsupported,  // understood, but not something we can do
    Mismatch,     // a tensor's shape, a label count, ... does not fit
    InvalidInput, // an argument is out of range
    Device,       // Vulkan
    Cancelled,
};

struct Error {
    ErrorKind kind = ErrorKind::InvalidInput;
    std::string subject;                 // what it is about: a file path, a tensor, a device; may be empty
    std::string problem;                 // what was found and what was expected, as a phrase
    std::optional<std::uint64_t> offset; // byte offset in the subject, where there is one

    /// One line without a final full stop: "subject: problem (at byte N)".
    std::string message() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorKind::Limit, path, "...")` from any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string subject, std::string problem,
                                  std::optional<std::uint64_t> offset = std::nullopt)
{
    return tl::unexpected<Error>(Error{kind, std::move(subject), std::move(problem), offset});
}

} // namespace reslens
