// The texts of protocol 0, decoded as Python does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reslens::audit {

/// What `repr()` of a byte string stands for, without its quotes: codecs.escape_decode.
std::string withoutEscapes(std::string_view text);

/// The codec "raw-unicode-escape", as UTF-8: bytes are Latin-1, and \u0041 is a character. Empty where Python refuses.
std::optional<std::string> fromRawUnicodeEscape(std::string_view text);

} // namespace reslens::audit
