#include "weights/mapped_file.h"

#include "weights/limits.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reslens::weights {

namespace {

class FileDescriptor {
public:
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    explicit FileDescriptor(const char *path) : m_fd(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~FileDescriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;

    int value() const { return m_fd; }

private:
    int m_fd;
};

tl::unexpected<Error> systemError(const std::string &path)
{
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR)
        return fail(ErrorKind::NotFound, path, "there is no such file");
    return fail(ErrorKind::Io, path, std::string("cannot be read: ") + std::strerror(code));
}

} // namespace

Result<MappedFile> mapFile(const std::filesystem::path &path)
{
    const std::string name = path.string();
    const FileDescriptor file(name.c_str());
    struct stat status = {};
    if (file.value() < 0 || ::fstat(file.value(), &status) != 0)
        return systemError(name);
    if (!S_ISREG(status.st_mode))
        return fail(ErrorKind::Io, name, "is a directory or a device; a checkpoint is a regular file");
    const auto size = std::uint64_t(status.st_size);
    if (size == 0)
        return fail(ErrorKind::Malformed, name, "is empty (0 bytes)", 0);
    if (size > kMaxFileBytes)
        return fail(ErrorKind::Limit, name,
                    "has " + std::to_string(size) + " bytes; at most " + std::to_string(kMaxFileBytes) +
                        " are accepted");
    void *address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value(), 0);
    if (address == MAP_FAILED)
        return systemError(name);
    MappedFile mapped;
    mapped.owner = std::shared_ptr<const void>(address, [size](void *at) { ::munmap(at, size); });
    mapped.bytes = {static_cast<const std::byte *>(address), size};
    return mapped;
}

} // namespace reslens::weights
