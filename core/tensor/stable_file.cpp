#include "tensor/stable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

namespace reslens {

namespace {

/// File systems take a file's times from a clock that ticks every 1 to 10 ms. A file written in the present tick could
/// be written again with the same time, so the tick must end before we read anything.
void awaitNextTick(std::int64_t seconds, std::int64_t nanoseconds)
{
    constexpr int kTries = 20; // a time in the future comes from another machine; waiting would not help
    for (int i = 0; i < kTries; ++i) {
        timespec now = {};
        ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
        if (std::pair<std::int64_t, std::int64_t>(now.tv_sec, now.tv_nsec) > std::pair(seconds, nanoseconds))
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace

Result<std::shared_ptr<const StableFile>> StableFile::open(const std::filesystem::path &path)
{
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const std::shared_ptr<StableFile> file(new StableFile(descriptor, path.string()));
    if (descriptor < 0)
        return tl::unexpected(file->systemError());
    const Version found = TRY(file->version());
    awaitNextTick(found.seconds, found.nanoseconds);
    file->m_version = TRY(file->version());
    return file;
}

StableFile::~StableFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Error StableFile::systemError() const
{
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR)
        return {ErrorKind::NotFound, m_path, "there is no such file"};
    return {ErrorKind::Io, m_path, std::string("cannot be read: ") + std::strerror(code)};
}

void StableFile::read(std::uint64_t offset, std::span<std::byte> to) const
{
    while (!to.empty()) {
        const ::ssize_t got = ::pread(m_descriptor, to.data(), to.size(), ::off_t(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw systemError();
        if (got == 0) // the file now ends here
            break;
        to = to.subspan(std::size_t(got));
        offset += std::uint64_t(got);
    }
    // This comes after the bytes, because a writer changes the time first.
    checkUnchanged();
    if (!to.empty())
        throw Error(ErrorKind::Io, m_path, "ends too early", offset);
}

Result<StableFile::Version> StableFile::version() const
{
    struct stat status = {};
    if (::fstat(m_descriptor, &status) != 0)
        return tl::unexpected(systemError());
    if (!S_ISREG(status.st_mode))
        return fail(ErrorKind::Io, m_path, "is a directory or a device, not a regular file");
    return Version{std::uint64_t(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

void StableFile::checkUnchanged() const
{
    const Result<Version> now = version();
    if (!now)
        throw now.error();
    if (*now != m_version)
        throw Error(ErrorKind::Io, m_path, "was changed after it was opened: open it again");
}

} // namespace reslens
