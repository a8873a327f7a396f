#include "audit/pickle_strings.h"

#include <charconv>
#include <cstdint>

namespace reslens::audit {

namespace {

/// UTF-8 of a code point, of half a surrogate pair too ("surrogatepass").
void append(std::string &text, std::uint32_t code)
{
    const auto byte = [&](std::uint32_t value) { text += char(value); };
    if (code < 0x80)
        return byte(code);
    if (code < 0x800) {
        byte(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            byte(0xe0 | code >> 12);
        } else {
            byte(0xf0 | code >> 18);
            byte(0x80 | (code >> 12 & 0x3f));
        }
        byte(0x80 | (code >> 6 & 0x3f));
    }
    byte(0x80 | (code & 0x3f));
}

/// Exactly `count` digits at the beginning of `text`.
std::optional<std::uint32_t> digits(std::string_view text, std::size_t count, int base)
{
    if (text.size() < count)
        return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, value, base);
    return error == std::errc() && end == text.data() + count ? std::optional(value) : std::nullopt;
}

/// The character of a one-letter escape; 0 if there is none.
char simpleEscape(char letter)
{
    constexpr std::string_view kFrom = "\\'\"abfnrtv", kTo = "\\'\"\a\b\f\n\r\t\v";
    const std::size_t at = kFrom.find(letter);
    return at == std::string_view::npos ? '\0' : kTo[at];
}

} // namespace

std::string withoutEscapes(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            decoded += text[i];
            continue;
        }
        const char next = text[++i];
        if (const char simple = simpleEscape(next)) {
            decoded += simple;
        } else if (const auto code = next == 'x' ? digits(text.substr(i + 1), 2, 16) : std::nullopt) {
            decoded += char(*code);
            i += 2;
        } else if (next >= '0' && next <= '7') {
            std::uint32_t value = 0;
            std::size_t end = i;
            while (end < text.size() && end < i + 3 && text[end] >= '0' && text[end] <= '7')
                value = value * 8 + std::uint32_t(text[end++] - '0');
            decoded += char(value);
            i = end - 1;
        } else {
            decoded += '\\';
            decoded += next;
        }
    }
    return decoded;
}

std::optional<std::string> fromRawUnicodeEscape(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isEscape = text[i] == '\\' && i + 1 < text.size();
        if (!isEscape || (text[i + 1] != 'u' && text[i + 1] != 'U')) {
            append(decoded, static_cast<unsigned char>(text[i]));
            if (isEscape) // the character behind a backslash begins no other escape
                append(decoded, static_cast<unsigned char>(text[++i]));
            continue;
        }
        const std::size_t count = text[i + 1] == 'u' ? 4 : 8;
        const auto code = digits(text.substr(i + 2), count, 16);
        if (!code || *code > 0x10ffff)
            return std::nullopt;
        append(decoded, *code);
        i += 1 + count;
    }
    return decoded;
}

} // namespace reslens::audit
