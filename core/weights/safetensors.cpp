#include "error/error.h"
#include "error/printable.h"
#include "weights/checkpoint.h"
#include "weights/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reslens::weights {

namespace {

struct SafetensorsEntry {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0; // in the data that follows the header
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries; // in the header's order
    std::map<std::string, std::string> metadata;
};

constexpr auto kMaxSigned = std::uint64_t(std::numeric_limits<std::int64_t>::max());

/// Receives the parser's events. The header's form is fixed, so the position in it is one of a few states.
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

/// Parses the header strictly: no duplicate keys, no unknown fields. `json` begins at byte `offset` of `subject`.
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

constexpr std::uint64_t kLengthBytes = 8;

std::optional<DType> dtypeNamed(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, DType>, 10> kNames{{{"F32", DType::F32},
                                                                         {"F16", DType::F16},
                                                                         {"BF16", DType::BF16},
                                                                         {"F64", DType::F64},
                                                                         {"I64", DType::I64},
                                                                         {"I32", DType::I32},
                                                                         {"I16", DType::I16},
                                                                         {"I8", DType::I8},
                                                                         {"U8", DType::U8},
                                                                         {"BOOL", DType::Bool}}};
    for (const auto &[name, dtype] : kNames)
        if (name == text)
            return dtype;
    return std::nullopt;
}

/// Checks that the entry's dtype, shape and byte range agree with one another. Returns the dtype.
Result<DType> checkEntry(const SafetensorsEntry &entry, const std::string &subject)
{
    const std::string what = "safetensors: tensor " + inQuotes(entry.name) + " ";
    const auto dtype = dtypeNamed(entry.dtype);
    if (!dtype)
        return fail(ErrorKind::Unsupported, subject,
                    what + "has the type " + inQuotes(entry.dtype) +
                        "; known are F32, F16, BF16, F64, I64, I32, I16, I8, U8 and BOOL");
    const auto count = checkedCount(entry.shape);
    const auto needed = count ? checkedMultiply(*count, sizeBytes(*dtype)) : std::nullopt;
    if (!needed)
        return fail(ErrorKind::Malformed, subject, what + "has a shape too large to count: " + shapeText(entry.shape));
    if (entry.begin > entry.end || entry.end - entry.begin != *needed)
        return fail(ErrorKind::Malformed, subject,
                    what + "of shape " + shapeText(entry.shape) + " and type " + entry.dtype + " needs " +
                        std::to_string(*needed) + " bytes; its data_offsets are " + std::to_string(entry.begin) +
                        " to " + std::to_string(entry.end));
    return *dtype;
}

/// Checks the rule that makes the format unambiguous: the tensors follow one another without gaps and end with the
/// file.
Result<void> checkCoverage(const SafetensorsHeader &header, std::uint64_t dataStart, std::uint64_t dataBytes,
                           const std::string &subject)
{
    std::vector<const SafetensorsEntry *> inOrder;
    inOrder.reserve(header.entries.size());
    for (const SafetensorsEntry &entry : header.entries)
        inOrder.push_back(&entry);
    std::sort(inOrder.begin(), inOrder.end(),
              [](auto *a, auto *b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
    std::uint64_t covered = 0;
    for (const SafetensorsEntry *entry : inOrder) {
        if (entry->begin != covered)
            return fail(ErrorKind::Malformed, subject,
                        "safetensors: tensor " + inQuotes(entry->name) + " begins at " + std::to_string(entry->begin) +
                            " of the data where " + std::to_string(covered) + " is expected: a gap or an overlap",
                        dataStart + std::min(covered, dataBytes));
        if (entry->end > dataBytes)
            return fail(ErrorKind::Malformed, subject,
                        "safetensors: the file ends within tensor " + inQuotes(entry->name) + ": it needs " +
                            std::to_string(entry->end) + " bytes of data and there are " + std::to_string(dataBytes),
                        dataStart + dataBytes);
        covered = entry->end;
    }
    if (covered != dataBytes)
        return fail(ErrorKind::Malformed, subject,
                    "safetensors: " + std::to_string(dataBytes - covered) + " bytes follow the last tensor",
                    dataStart + covered);
    return {};
}

/// The header's text. Its length is checked against the file and the limit first.
Result<std::string_view> headerText(const Source &source, const std::string &subject)
{
    ByteReader reader(source);
    const auto length = reader.number<std::uint64_t>();
    if (!length)
        return fail(ErrorKind::Malformed, subject,
                    "safetensors: " + std::to_string(source.size()) + " bytes are too few for the header's length", 0);
    if (*length > kMaxSafetensorsHeaderBytes)
        return fail(ErrorKind::Limit, subject,
                    "safetensors: the header claims " + std::to_string(*length) + " bytes; at most " +
                        std::to_string(kMaxSafetensorsHeaderBytes) + " are accepted",
                    0);
    const auto header = reader.take(*length);
    if (!header)
        return fail(ErrorKind::Malformed, subject,
                    "safetensors: the header claims " + std::to_string(*length) + " bytes, but only " +
                        std::to_string(reader.remaining()) + " follow",
                    0);
    if (header->empty() || textOf(*header).front() != '{')
        return fail(ErrorKind::Malformed, subject, "safetensors: the header does not begin with '{'", kLengthBytes);
    return textOf(*header);
}

} // namespace

Result<Checkpoint> readSafetensors(const Source &source, std::string name, const ReadOptions &options)
{
    const std::string_view text = TRY(headerText(source, name));
    SafetensorsHeader header = TRY(parseSafetensorsHeader(text, kLengthBytes, name));
    std::vector<DType> dtypes;
    for (const SafetensorsEntry &entry : header.entries)
        dtypes.push_back(TRY(checkEntry(entry, name)));
    const std::uint64_t dataStart = kLengthBytes + text.size();
    TRY(checkCoverage(header, dataStart, source.size() - dataStart, name));

    Checkpoint checkpoint;
    checkpoint.path = std::move(name);
    checkpoint.container = "safetensors";
    checkpoint.metadata = std::move(header.metadata);
    checkpoint.classNames = classNamesIn(checkpoint.metadata);
    for (std::size_t i = 0; i < dtypes.size(); ++i) {
        SafetensorsEntry &entry = header.entries[i];
        StoredTensor tensor;
        tensor.dtype = dtypes[i];
        tensor.shape = std::move(entry.shape);
        source.part(dataStart + entry.begin, entry.end - entry.begin).giveTo(tensor);
        checkpoint.tensors.emplace(std::move(entry.name), std::move(tensor));
    }
    TRY(chooseNetworkByKeys(checkpoint, options));
    return checkpoint;
}

} // namespace reslens::weights
