#include "error/error.h"

namespace reslens {

std::string Error::message() const
{
    std::string text = subject.empty() ? problem : subject + ": " + problem;
    if (offset)
        text += " (at byte " + std::to_string(*offset) + ")";
    return text;
}

} // namespace reslens
