#include "image/npy_header.h"

#include <charconv>

namespace reslens::image {

namespace {

class Scanner {
public:
    explicit Scanner(std::string_view text) : m_rest(text) {}

    /// Consumes `token` and the white space before it, or nothing.
    bool take(std::string_view token)
    {
        skipSpace();
        if (!m_rest.starts_with(token))
            return false;
        m_rest.remove_prefix(token.size());
        return true;
    }

    std::optional<std::string> quoted()
    {
        const char quote = take("'") ? '\'' : take("\"") ? '"' : '\0';
        const std::size_t end = quote ? m_rest.find(quote) : std::string_view::npos;
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string text(m_rest.substr(0, end));
        m_rest.remove_prefix(end + 1);
        return text;
    }

    std::optional<std::int64_t> number()
    {
        skipSpace();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
        if (error != std::errc() || value < 0)
            return std::nullopt;
        m_rest.remove_prefix(std::size_t(end - m_rest.data()));
        return value;
    }

    std::optional<bool> boolean()
    {
        if (take("True"))
            return true;
        if (take("False"))
            return false;
        return std::nullopt;
    }

    bool isAtEnd()
    {
        skipSpace();
        return m_rest.empty();
    }

private:
    void skipSpace()
    {
        const std::size_t used = m_rest.find_first_not_of(" \t\n");
        m_rest.remove_prefix(used == std::string_view::npos ? m_rest.size() : used);
    }

    std::string_view m_rest;
};

/// "(3, 4)", "(3,)", "()"
std::optional<std::vector<std::int64_t>> tuple(Scanner &scanner)
{
    std::vector<std::int64_t> numbers;
    if (!scanner.take("("))
        return std::nullopt;
    while (!scanner.take(")")) {
        const auto number = scanner.number();
        if (!number || numbers.size() == kMaxNpyAxes)
            return std::nullopt;
        numbers.push_back(*number);
        if (!scanner.take(",")) {
            if (!scanner.take(")"))
                return std::nullopt;
            break;
        }
    }
    return numbers;
}

} // namespace

std::optional<NpyHeader> parseNpyHeader(std::string_view text)
{
    Scanner scanner(text);
    std::optional<std::string> descr;
    std::optional<bool> fortranOrder;
    std::optional<std::vector<std::int64_t>> shape;
    if (!scanner.take("{"))
        return std::nullopt;
    for (int field = 0; field < 3; ++field) {
        const auto key = scanner.quoted();
        if (!key || !scanner.take(":"))
            return std::nullopt;
        if (*key == "descr")
            descr = scanner.quoted();
        else if (*key == "fortran_order")
            fortranOrder = scanner.boolean();
        else if (*key == "shape")
            shape = tuple(scanner);
        if (!scanner.take(",") && field < 2)
            return std::nullopt;
    }
    if (!scanner.take("}") || !scanner.isAtEnd() || !descr || !fortranOrder || !shape)
        return std::nullopt;
    return NpyHeader{std::move(*descr), *fortranOrder, std::move(*shape)};
}

std::string npyHeaderText(const std::vector<std::int64_t> &shape)
{
    std::string axes;
    for (const std::int64_t extent : shape)
        axes += std::to_string(extent) + (shape.size() == 1 ? "," : ", ");
    if (axes.ends_with(", "))
        axes.resize(axes.size() - 2);
    return "{'descr': '<f4', 'fortran_order': False, 'shape': (" + axes + "), }";
}

} // namespace reslens::image
