#include "error/printable.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reslens {

namespace {

constexpr char32_t kInvalid = 0xffffffff;

struct Character {
    char32_t code;         // kInvalid: the byte is not UTF-8
    std::size_t byteCount; // in the text
};

/// The first character of `text`, which is not empty. Overlong forms, surrogates and numbers beyond U+10FFFF are not
/// UTF-8 (RFC 3629).
Character firstOf(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80)
        return {byte(0), 1};
    const std::size_t count = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
    if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < count)
        return {kInvalid, 1};
    char32_t code = byte(0) & (0x7fu >> count);
    for (std::size_t i = 1; i < count; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {kInvalid, 1};
        code = code << 6 | (byte(i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[count] || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
        return {kInvalid, 1};
    return {code, count};
}

/// True for control characters, line and paragraph separators, and Unicode's category Cf except the joiners U+200C and
/// U+200D: some scripts need these two, and they only change the shapes of their neighbours.
bool isHidden(char32_t code)
{
    constexpr std::pair<char32_t, char32_t> kRanges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
        {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x180e, 0x180e},
        {0x200b, 0x200b},   {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0xfeff, 0xfeff},
        {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
        {0x1d173, 0x1d17a}, {0xe0000, 0xe007f},
    };
    return std::ranges::any_of(kRanges, [&](const auto &range) { return code >= range.first && code <= range.second; });
}

/// "\x1b", "\u202e"
std::string escape(char32_t code, bool isByte)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string digits;
    for (; code > 0; code >>= 4)
        digits.insert(digits.begin(), kDigits[code & 15]);
    digits.insert(0, std::max<std::size_t>(digits.size(), isByte ? 2 : 4) - digits.size(), '0');
    return (isByte ? "\\x" : "\\u") + digits;
}

} // namespace

std::string printable(std::string_view text, std::size_t mostBytes)
{
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, byteCount] = firstOf(text.substr(at));
        if (at + byteCount > mostBytes)
            return shown + "…";
        if (code == kInvalid)
            shown += escape(static_cast<unsigned char>(text[at]), true);
        else if (isHidden(code))
            shown += escape(code, code < 0x80);
        else
            shown += text.substr(at, byteCount);
        at += byteCount;
    }
    return shown;
}

std::string inQuotes(std::string_view text)
{
    constexpr std::size_t kMostBytes = 120;
    return "'" + printable(text, kMostBytes) + "'";
}

} // namespace reslens
