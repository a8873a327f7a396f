// An error at a boundary (a file, a device, a request), as a value that reads as one sentence.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

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

/// A boundary returns it in a Result. Code that cannot return one throws it, and a handler of std::exception reads the
/// same sentence.
class Error : public std::exception {
public:
    Error() = default;
    Error(ErrorKind errorKind, std::string about, std::string phrase, std::optional<std::uint64_t> at = std::nullopt);

    ErrorKind kind = ErrorKind::InvalidInput;
    std::string subject;                 // a file path, a tensor, a device; may be empty
    std::string problem;                 // a phrase: what was found and what was expected
    std::optional<std::uint64_t> offset; // byte offset in the subject, if there is one

    /// One printable line without a final full stop: "subject: problem (at byte N)".
    std::string message() const;
    /// message(), built when the error was made.
    const char *what() const noexcept override { return m_what.c_str(); }

private:
    std::string m_what;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// The result of TRY: the value, moved out; nothing for a Result<void>.
template <typename T>
T valueOf(Result<T> &&result)
{
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

/// `return fail(ErrorKind::Limit, path, "...")` from any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string subject, std::string problem,
                                  std::optional<std::uint64_t> offset = std::nullopt)
{
    return tl::unexpected<Error>(Error(kind, std::move(subject), std::move(problem), offset));
}

} // namespace reslens

/// Gives the value of a Result, or returns its error from this function: `const Tensor input = TRY(read(path));`.
/// A statement expression of GCC and Clang; the value is moved out.
#define TRY(expression) RESLENS_TRY_NUMBERED(expression, __COUNTER__)
#define RESLENS_TRY_NUMBERED(expression, number) RESLENS_TRY(expression, number)
#define RESLENS_TRY(expression, number)                                                                                \
    __extension__({                                                                                                    \
        auto &&tried##number = (expression);                                                                           \
        if (!tried##number)                                                                                            \
            return ::tl::unexpected<::reslens::Error>(std::move(tried##number).error());                               \
        ::reslens::valueOf(std::move(tried##number));                                                                  \
    })
