#include "error/error.h"

#include "error/printable.h"

namespace reslens {

Error::Error(ErrorKind errorKind, std::string about, std::string phrase, std::optional<std::uint64_t> at)
    : kind(errorKind), subject(std::move(about)), problem(std::move(phrase)), offset(at), m_what(message())
{
}

std::string Error::message() const
{
    std::string text = subject.empty() ? problem : subject + ": " + problem;
    if (offset)
        text += " (at byte " + std::to_string(*offset) + ")";
    return printable(text);
}

} // namespace reslens
