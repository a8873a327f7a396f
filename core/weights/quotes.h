// Names from a file as they may appear in a message: one line, printable, not endless.
#pragma once

#include <string>
#include <string_view>

namespace reslens::weights {

inline std::string printable(std::string_view text)
{
    constexpr std::size_t kMaxShown = 120;
    constexpr char kHex[] = "0123456789abcdef";
    std::string shown;
    for (const char c : text.substr(0, kMaxShown)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            shown += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
        else
            shown += c;
    }
    return text.size() > kMaxShown ? shown + "…" : shown;
}

inline std::string inQuotes(std::string_view text)
{
    return "'" + printable(text) + "'";
}

} // namespace reslens::weights
