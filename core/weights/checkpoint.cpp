#include "weights/checkpoint.h"

#include "weights/model_folder.h"
#include "weights/torch_containers.h"

namespace reslens::weights {

namespace {

constexpr std::string_view kKnown = "a PyTorch checkpoint (.pth, .pt, .th) or a .safetensors file";
constexpr std::uint64_t kRecognised = 512; // bytes that are enough to recognise a format

/// Recognises, by its first bytes, a file of another kind that a person may open by mistake.
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
    if (text.find("ustar") == 257)
        return "a tar archive (PyTorch's format before 2017)";
    return {};
}

} // namespace

Result<void> chooseNetworkByKeys(Checkpoint &checkpoint, const ReadOptions &options)
{
    KeysOfDictionary keys;
    for (const auto &[key, tensor] : checkpoint.tensors)
        keys.keys.push_back(key);
    checkpoint.networks = networksOf({&keys, 1});
    checkpoint.network = TRY(chooseNetwork(checkpoint.networks, options.network, checkpoint.path));
    if (const std::string note = choiceNote(checkpoint.networks, checkpoint.network); !note.empty())
        checkpoint.notes.push_back(note);
    return {};
}

Result<Checkpoint> readCheckpoint(const Source &source, const std::string &name, const ReadOptions &options)
{
    const std::string_view text = textOf(source.first(std::min<std::uint64_t>(source.size(), kRecognised)).bytes());
    // This check comes first: the header's length before the '{' may begin with any byte, even a pickle's first one.
    if (text.size() > 8 && text[8] == '{')
        return readSafetensors(source, name, options);
    if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06"))
        return readTorchZip(source, name, options);
    if (text.starts_with("\x80"))
        return readTorchLegacy(source, name, options);
    if (const std::string_view stranger = knownStranger(text); !stranger.empty())
        return fail(ErrorKind::Unsupported, name, "is " + std::string(stranger) + "; expected " + std::string(kKnown));
    return fail(ErrorKind::Unsupported, name, "is not a checkpoint; expected " + std::string(kKnown), 0);
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path &path, const ReadOptions &options)
{
    try {
        return modelFolderOf(path).empty() ? readCheckpointFile(path, options) : readModelFolder(path, options);
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<Checkpoint> readCheckpointFile(const std::filesystem::path &path, const ReadOptions &options)
{
    try {
        const Source source = TRY(Source::open(path));
        Checkpoint checkpoint = TRY(readCheckpoint(source, path.string(), options));
        source.file()->checkUnchanged(); // libzip must have read the same bytes as we
        return checkpoint;
    } catch (const Error &error) { // the file was truncated or written to meanwhile
        return tl::unexpected(error);
    }
}

} // namespace reslens::weights
