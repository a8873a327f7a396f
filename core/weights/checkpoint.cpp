#include "weights/checkpoint.h"

#include "weights/byte_reader.h"
#include "weights/mapped_file.h"
#include "weights/torch_legacy.h"
#include "weights/torch_zip.h"

#include <functional>

namespace reslens::weights {

namespace {

constexpr std::string_view kKnown = "a PyTorch checkpoint (.pth, .pt, .th) or a .safetensors file";

/// What the first bytes say the file is, where that is something a person may open by mistake.
std::string_view knownStranger(std::string_view text)
{
    constexpr std::pair<std::string_view, std::string_view> kMagics[] = {
        {"\x89PNG", "a PNG image"},  {"\xff\xd8\xff", "a JPEG image"},
        {"\x89HDF", "an HDF5 file"}, {"\x1f\x8b", "gzip-compressed"},
        {"GGUF", "a GGUF file"},     {"\x93NUMPY", "a NumPy array"},
        {"%PDF", "a PDF document"},  {"\x37\x7a\xbc\xaf", "a 7-Zip archive"},
    };
    for (const auto &[magic, what] : kMagics)
        if (text.starts_with(magic))
            return what;
    if (text.substr(0, 512).find("ustar") == 257)
        return "a tar archive (PyTorch's format before 2017)";
    return {};
}

bool isWithin(std::span<const std::byte> whole, std::span<const std::byte> part)
{
    const std::less_equal<> isNotAfter;
    return isNotAfter(whole.data(), part.data()) && isNotAfter(part.data() + part.size(), whole.data() + whole.size());
}

} // namespace

Result<Checkpoint> readCheckpoint(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                                  const std::string &name)
{
    const std::string_view text = textOf(bytes);
    // First, since the header's length before the '{' may begin with any byte, a pickle's too.
    if (text.size() > 8 && text[8] == '{')
        return readSafetensors(bytes, std::move(owner), name);
    if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06"))
        return readTorchZip(bytes, std::move(owner), name);
    if (text.starts_with("\x80"))
        return readTorchLegacy(bytes, std::move(owner), name);
    if (const std::string_view stranger = knownStranger(text); !stranger.empty())
        return fail(ErrorKind::Unsupported, name, "is " + std::string(stranger) + "; expected " + std::string(kKnown));
    return fail(ErrorKind::Unsupported, name, "is not a checkpoint; expected " + std::string(kKnown), 0);
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path &path)
{
    const auto file = mapFile(path);
    if (!file)
        return tl::unexpected(file.error());
    auto checkpoint = readCheckpoint(file->bytes, file->owner, path.string());
    if (checkpoint)
        for (auto &[key, tensor] : checkpoint->tensors) {
            tensor.isFileMapping = isWithin(file->bytes, tensor.bytes);
            tensor.forget(); // a container's checksums were read from all of it
        }
    return checkpoint;
}

} // namespace reslens::weights
