#include "weights/source.h"

#include "weights/limits.h"

#include <sys/mman.h>

#include <algorithm>
#include <vector>

namespace reslens::weights {

/// Keeps a file's bytes at the addresses that they would have in memory; only the loaded parts take memory.
class Source::FileImage {
public:
    FileImage(std::shared_ptr<const StableFile> file, std::byte *address)
        : m_file(std::move(file)), m_address(address), m_isLoaded((m_file->sizeBytes() + kPage - 1) / kPage)
    {
    }
    ~FileImage() { ::munmap(m_address, m_file->sizeBytes()); }
    FileImage(const FileImage &) = delete;
    FileImage &operator=(const FileImage &) = delete;

    const std::shared_ptr<const StableFile> &file() const { return m_file; }
    std::byte *address() const { return m_address; }

    /// Reads the pages of [begin, end) that are not loaded yet.
    void load(std::uint64_t begin, std::uint64_t end)
    {
        const std::uint64_t last = (end + kPage - 1) / kPage;
        for (std::uint64_t page = begin / kPage; page < last; ++page) {
            std::uint64_t next = page;
            while (next < last && !m_isLoaded[next])
                ++next;
            if (next == page)
                continue;
            const std::uint64_t from = page * kPage, to = std::min(next * kPage, m_file->sizeBytes());
            m_file->read(from, {m_address + from, to - from});
            std::fill(m_isLoaded.begin() + std::ptrdiff_t(page), m_isLoaded.begin() + std::ptrdiff_t(next), true);
            page = next;
        }
    }

private:
    static constexpr std::uint64_t kPage = 4096;

    const std::shared_ptr<const StableFile> m_file;
    std::byte *const m_address;
    std::vector<bool> m_isLoaded; // by page
};

Source::Source(Bytes bytes, std::shared_ptr<const void> owner)
    : m_range(bytes), m_whole(bytes.data()), m_owner(std::move(owner))
{
}

Result<Source> Source::open(const std::filesystem::path &path)
{
    const std::shared_ptr<const StableFile> file = TRY(StableFile::open(path));
    const std::uint64_t size = file->sizeBytes();
    if (size == 0)
        return fail(ErrorKind::Malformed, path.string(), "is empty (0 bytes)", 0);
    if (size > kMaxFileBytes)
        return fail(ErrorKind::Limit, path.string(),
                    "has " + std::to_string(size) + " bytes; at most " + std::to_string(kMaxFileBytes) +
                        " are accepted");
    void *address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED)
        return fail(ErrorKind::Limit, path.string(), "has " + std::to_string(size) + " bytes; there is no room for it");
    Source source;
    source.m_image = std::make_shared<FileImage>(file, static_cast<std::byte *>(address));
    source.m_whole = source.m_image->address();
    source.m_range = {source.m_whole, size};
    return source;
}

Source Source::part(std::uint64_t at, std::uint64_t count) const
{
    Source part = *this;
    part.m_range = m_range.subspan(at, count);
    return part;
}

Bytes Source::bytes() const
{
    if (m_image)
        m_image->load(begin(), begin() + size());
    return m_range;
}

void Source::giveTo(StoredTensor &tensor) const
{
    if (!m_image) {
        tensor.bytes = m_range;
        tensor.owner = m_owner;
        return;
    }
    tensor.file = m_image->file();
    tensor.fileOffset = begin();
    tensor.fileBytes = size();
}

const StableFile *Source::file() const
{
    return m_image ? m_image->file().get() : nullptr;
}

} // namespace reslens::weights
