// Text that somebody else wrote, such as names in files, paths and labels, as a message, a terminal or a table may show
// it.
#pragma once

#include <string>
#include <string_view>

namespace reslens {

/// `text` on one line that can neither steer a terminal nor turn its neighbours around: line ends, control characters,
/// characters that only format what stands next to them (U+202E and the like) and bytes that are not UTF-8 become
/// escapes, "\x0a", "\u202e". Of more than `mostBytes` the beginning, with an ellipsis.
std::string printable(std::string_view text, std::size_t mostBytes = std::string_view::npos);

/// The same in quotes, and not endless.
std::string inQuotes(std::string_view text);

} // namespace reslens
