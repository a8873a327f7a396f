// Makes foreign text, such as names in files, paths and labels, safe for a message, a terminal or a table.
#pragma once

#include <string>
#include <string_view>

namespace reslens {

/// `text` on one line that can neither steer a terminal nor turn its neighbours around. Line ends, control characters,
/// format characters (U+202E and the like) and bytes that are not UTF-8 become escapes, "\x0a", "\u202e". A text longer
/// than `mostBytes` is cut and ends in an ellipsis.
std::string printable(std::string_view text, std::size_t mostBytes = std::string_view::npos);

/// The same in quotes, with limited length.
std::string inQuotes(std::string_view text);

} // namespace reslens
