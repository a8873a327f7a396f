#include "image/npy.h"

#include "error/printable.h"
#include "tensor/stored_tensor.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <bit>
#include <charconv>

namespace reslens::image {

static_assert(std::endian::native == std::endian::little, "float32 values are read and written as they lie in memory");

namespace {

class Scanner {
public:
    explicit Scanner(std::string_view text) : m_rest(text) {}

    /// Consumes `token` and the white space before it; else consumes nothing.
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

constexpr char kMagic[] = "\x93NUMPY";
constexpr qsizetype kMagicBytes = 6, kMaxHeaderBytes = 10'000; // numpy's own limit

struct Header {
    NpyHeader content;
    std::uint64_t valuesAt; // byte offset of the first value
};

Result<QByteArray> exactly(QFile &file, qsizetype count, const std::string &subject)
{
    QByteArray bytes = file.read(count);
    if (bytes.size() == count)
        return bytes;
    return fail(ErrorKind::Malformed, subject, "ends inside the header of a NumPy array", std::uint64_t(file.size()));
}

/// Reads magic, version, header length (2 bytes in version 1, 4 later) and header.
Result<Header> readHeader(QFile &file, const std::string &subject)
{
    const QByteArray start = file.read(kMagicBytes + 2);
    if (!start.startsWith(QByteArrayView(kMagic, kMagicBytes)))
        return fail(ErrorKind::Malformed, subject, "is not a NumPy array file (.npy)");
    const int version = start.size() == kMagicBytes + 2 ? start[kMagicBytes] : 0;
    if (version < 1 || version > 3)
        return fail(ErrorKind::Unsupported, subject,
                    "has .npy version " + std::to_string(version) + ", expected 1 to 3");
    const QByteArray lengthBytes = TRY(exactly(file, version == 1 ? 2 : 4, subject));
    std::uint32_t length = 0;
    for (qsizetype i = lengthBytes.size(); i-- > 0;)
        length = length << 8 | quint8(lengthBytes[i]);
    if (length > kMaxHeaderBytes)
        return fail(ErrorKind::Limit, subject,
                    "has a header of " + std::to_string(length) + " bytes; at most " + std::to_string(kMaxHeaderBytes) +
                        " are accepted");
    const QByteArray text = TRY(exactly(file, length, subject));
    auto header = parseNpyHeader(std::string_view(text.constData(), std::size_t(text.size())));
    if (!header)
        return fail(ErrorKind::Malformed, subject, "has a header that is not NumPy's", std::uint64_t(start.size()));
    return Header{std::move(*header), std::uint64_t(file.pos())};
}

/// The number of values, limited by kMaxNpyBytes; no partial product overflows.
Result<std::uint64_t> countOf(const NpyHeader &header, const std::string &subject)
{
    constexpr std::size_t kMaxTypeBytes = 40; // enough of a structured type to recognise it
    if (header.descr != "<f4")
        return fail(ErrorKind::Unsupported, subject,
                    "holds values of type " + printable(header.descr, kMaxTypeBytes) + ", expected float32 (<f4)");
    if (header.isFortranOrder)
        return fail(ErrorKind::Unsupported, subject, "is in Fortran order, expected C order (numpy.ascontiguousarray)");
    std::uint64_t count = 1;
    for (const std::int64_t extent : header.shape) {
        if (extent == 0)
            return fail(ErrorKind::Mismatch, subject, "is empty: its shape is " + shapeText(header.shape));
        if (std::uint64_t(extent) > kMaxNpyBytes / sizeof(float) / count)
            return fail(ErrorKind::Limit, subject,
                        "has shape " + shapeText(header.shape) + "; at most " + std::to_string(kMaxNpyBytes >> 20) +
                            " MiB are accepted");
        count *= std::uint64_t(extent);
    }
    return count;
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

Result<NpyArray> readNpyArray(const std::filesystem::path &path)
{
    const std::string subject = path.string();
    QFile file(path);
    if (!file.exists())
        return fail(ErrorKind::NotFound, subject, "no such file");
    if (!QFileInfo(path).isFile())
        return fail(ErrorKind::InvalidInput, subject, "is not a file");
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, subject, "cannot be read: " + file.errorString().toStdString());
    const Header header = TRY(readHeader(file, subject));
    const std::uint64_t count = TRY(countOf(header.content, subject));
    const std::uint64_t sizeBytes = count * sizeof(float), foundBytes = std::uint64_t(file.size()) - header.valuesAt;
    if (foundBytes != sizeBytes)
        return fail(ErrorKind::Malformed, subject,
                    "has " + std::to_string(foundBytes) + " bytes of values, its shape " +
                        shapeText(header.content.shape) + " needs " + std::to_string(sizeBytes));
    NpyArray array{header.content.shape, std::vector<float>(count)};
    if (file.read(reinterpret_cast<char *>(array.values.data()), qint64(sizeBytes)) != qint64(sizeBytes))
        return fail(ErrorKind::Io, subject, "cannot be read: " + file.errorString().toStdString());
    return array;
}

Result<Tensor> readNpy(const std::filesystem::path &path, int channels)
{
    NpyArray array = TRY(readNpyArray(path));
    std::vector<std::int64_t> &shape = array.shape;
    if (shape.size() == 3)
        shape.insert(shape.begin(), 1);
    if (shape.size() != 4 || shape[1] != channels) {
        const std::string c = std::to_string(channels);
        return fail(ErrorKind::Mismatch, path.string(),
                    "has shape " + shapeText(shape) + ", expected [" + c + ", H, W] or [N, " + c + ", H, W]");
    }
    Tensor tensor;
    tensor.shape = {int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])};
    tensor.values = std::move(array.values);
    return tensor;
}

Result<void> writeNpy(const std::filesystem::path &path, const Tensor &tensor, std::vector<std::int64_t> shape)
{
    if (shape.empty())
        shape = {tensor.shape.n, tensor.shape.c, tensor.shape.h, tensor.shape.w};
    constexpr std::size_t kPrefixBytes = 10, kAlignment = 64; // numpy aligns the values to 64 bytes
    std::string header = npyHeaderText(shape);
    header.append(kAlignment - 1 - (kPrefixBytes + header.size()) % kAlignment, ' ');
    header += '\n';
    QByteArray prefix(kMagic, kMagicBytes);
    prefix.append('\x01').append('\0').append(char(header.size() & 0xff)).append(char(header.size() >> 8));
    QSaveFile file(QString::fromStdString(path.string()));
    const auto sizeBytes = qint64(tensor.values.size()) * qint64(sizeof(float));
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(prefix) == prefix.size() &&
                           file.write(header.data(), qint64(header.size())) == qint64(header.size()) &&
                           file.write(reinterpret_cast<const char *>(tensor.values.data()), sizeBytes) == sizeBytes;
    if (!isWritten || !file.commit())
        return fail(ErrorKind::Io, path.string(), "cannot be written: " + file.errorString().toStdString());
    return {};
}

} // namespace reslens::image
