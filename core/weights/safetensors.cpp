#include "weights/byte_reader.h"
#include "weights/checked_size.h"
#include "weights/checkpoint.h"
#include "weights/limits.h"
#include "weights/quotes.h"
#include "weights/safetensors_header.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reslens::weights {

namespace {

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

/// The entry's own claims: dtype, shape and byte range agree with one another. Returns the dtype.
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

/// The format's rule that makes it unambiguous: the tensors follow one another without gaps and end with the file.
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

/// The header's text, after its length is checked against the file and the limit.
Result<std::string_view> headerText(Bytes bytes, const std::string &subject)
{
    ByteReader reader(bytes);
    const auto length = reader.number<std::uint64_t>();
    if (!length)
        return fail(ErrorKind::Malformed, subject,
                    "safetensors: " + std::to_string(bytes.size()) + " bytes are too few for the header's length", 0);
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

Result<Checkpoint> readSafetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                                   std::string name)
{
    const auto text = headerText(bytes, name);
    if (!text)
        return tl::unexpected(text.error());
    auto header = parseSafetensorsHeader(*text, kLengthBytes, name);
    if (!header)
        return tl::unexpected(header.error());
    std::vector<DType> dtypes;
    for (const SafetensorsEntry &entry : header->entries) {
        const auto dtype = checkEntry(entry, name);
        if (!dtype)
            return tl::unexpected(dtype.error());
        dtypes.push_back(*dtype);
    }
    const std::uint64_t dataStart = kLengthBytes + text->size();
    if (const auto covered = checkCoverage(*header, dataStart, bytes.size() - dataStart, name); !covered)
        return tl::unexpected(covered.error());

    Checkpoint checkpoint;
    checkpoint.path = std::move(name);
    checkpoint.container = "safetensors";
    checkpoint.metadata = std::move(header->metadata);
    for (std::size_t i = 0; i < dtypes.size(); ++i) {
        SafetensorsEntry &entry = header->entries[i];
        StoredTensor tensor;
        tensor.dtype = dtypes[i];
        tensor.shape = std::move(entry.shape);
        tensor.bytes = bytes.subspan(dataStart + entry.begin, entry.end - entry.begin);
        tensor.owner = owner;
        checkpoint.tensors.emplace(std::move(entry.name), std::move(tensor));
    }
    return checkpoint;
}

} // namespace reslens::weights
