#include "weights/safetensors_header.h"

#include "weights/limits.h"
#include "weights/quotes.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>

namespace reslens::weights {

namespace {

constexpr auto kMaxSigned = std::uint64_t(std::numeric_limits<std::int64_t>::max());

/// Receives the parser's events. The header has a fixed form, so the place in it is one of a few states.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit HeaderHandler(SafetensorsHeader &header) : m_header(header) {}

    ErrorKind kind = ErrorKind::Malformed;
    std::string problem; // why parsing stopped

    bool null() override { return wrong("null"); }
    bool boolean(bool) override { return wrong("true or false"); }
    bool number_integer(number_integer_t value) override
    {
        return wrong("the negative number " + std::to_string(value));
    }
    bool number_float(number_float_t, const string_t &text) override { return wrong("the number " + text); }
    bool binary(binary_t &) override { return wrong("binary data"); }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (value > kMaxSigned)
            return wrong("the number " + std::to_string(value));
        if (m_state == State::Shape) {
            entry().shape.push_back(std::int64_t(value));
            return entry().shape.size() <= kMaxRank ||
                   stop(ErrorKind::Limit, where() + " has more than " + std::to_string(kMaxRank) + " dimensions");
        }
        if (m_state != State::Offsets || m_offsets == 2)
            return wrong("the number " + std::to_string(value));
        (m_offsets++ == 0 ? entry().begin : entry().end) = value;
        return true;
    }

    bool string(string_t &text) override
    {
        if (m_state == State::Metadata)
            m_header.metadata[m_key] = std::move(text);
        else if (m_state == State::Entry && m_key == "dtype")
            entry().dtype = std::move(text);
        else
            return wrong("the string " + inQuotes(text));
        return true;
    }

    bool start_object(std::size_t) override
    {
        if (m_state == State::Start)
            m_state = State::Top;
        else if (m_state == State::Top)
            m_state = m_key == "__metadata__" ? State::Metadata : State::Entry;
        else
            return wrong("an object");
        if (m_state != State::Entry)
            return true;
        m_fields.clear();
        m_header.entries.push_back({m_key, {}, {}});
        return m_header.entries.size() <= kMaxTensors ||
               stop(ErrorKind::Limit, "has more than " + std::to_string(kMaxTensors) + " tensors");
    }

    bool key(string_t &text) override
    {
        if (text.size() > kMaxNameBytes)
            return stop(ErrorKind::Limit, "a name has " + std::to_string(text.size()) + " bytes; at most " +
                                              std::to_string(kMaxNameBytes) + " are accepted");
        m_key = text;
        if (m_state == State::Top)
            return m_names.insert(text).second ||
                   stop(ErrorKind::Malformed, "the key " + inQuotes(text) + " occurs twice");
        if (m_state == State::Metadata)
            return m_metadataKeys.insert(text).second ||
                   stop(ErrorKind::Malformed, "the metadata key " + inQuotes(text) + " occurs twice");
        if (text != "dtype" && text != "shape" && text != "data_offsets")
            return stop(ErrorKind::Malformed, where() + " has the field " + inQuotes(text) +
                                                  "; there are only dtype, shape and data_offsets");
        return m_fields.insert(text).second ||
               stop(ErrorKind::Malformed, where() + " has " + inQuotes(text) + " twice");
    }

    bool start_array(std::size_t) override
    {
        if (m_state != State::Entry || m_key == "dtype")
            return wrong("an array");
        m_state = m_key == "shape" ? State::Shape : State::Offsets;
        m_offsets = 0;
        return true;
    }

    bool end_array() override
    {
        if (m_state == State::Offsets && m_offsets != 2)
            return stop(ErrorKind::Malformed, where() + " has " + std::to_string(m_offsets) + " data_offsets, not 2");
        m_state = State::Entry;
        return true;
    }

    bool end_object() override
    {
        if (m_state == State::Entry && m_fields.size() != 3)
            return stop(ErrorKind::Malformed, where() + " lacks one of dtype, shape and data_offsets");
        m_state = m_state == State::Top ? State::Start : State::Top;
        return true;
    }

    bool parse_error(std::size_t position, const std::string &, const nlohmann::json::exception &) override
    {
        m_position = position;
        return stop(ErrorKind::Malformed, "the header is not valid JSON");
    }

    std::optional<std::uint64_t> position() const { return m_position; }

private:
    enum class State { Start, Top, Metadata, Entry, Shape, Offsets };

    SafetensorsEntry &entry() { return m_header.entries.back(); }
    std::string where() const { return "tensor " + inQuotes(m_header.entries.back().name); }

    bool stop(ErrorKind why, std::string text)
    {
        kind = why;
        problem = std::move(text);
        return false;
    }

    bool wrong(const std::string &found)
    {
        const std::string at = m_key.empty() ? "the header" : inQuotes(m_key) + " in the header";
        return stop(ErrorKind::Malformed, at + " has " + found + " where " + expected() + " is expected");
    }

    const char *expected() const
    {
        switch (m_state) {
        case State::Start:
            return "one object";
        case State::Top:
            return "an object";
        case State::Metadata:
            return "a string";
        case State::Entry:
            return m_key == "dtype" ? "a string" : "an array";
        case State::Shape:
            return "a whole number below 2^63";
        case State::Offsets:
            return "two whole numbers";
        }
        return "something else";
    }

    SafetensorsHeader &m_header;
    State m_state = State::Start;
    std::string m_key;
    std::set<std::string> m_names, m_metadataKeys, m_fields;
    int m_offsets = 0;
    std::optional<std::uint64_t> m_position;
};

} // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t offset,
                                                 const std::string &subject)
{
    SafetensorsHeader header;
    HeaderHandler handler(header);
    if (nlohmann::json::sax_parse(json, &handler))
        return header;
    const std::uint64_t at = offset + (handler.position().value_or(1) == 0 ? 0 : handler.position().value_or(1) - 1);
    return fail(handler.kind, subject, "safetensors: " + handler.problem, at);
}

} // namespace reslens::weights
