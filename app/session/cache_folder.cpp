#include "session/cache_folder.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryFile>

namespace reslens::session {

namespace {

/// Permission bits do not tell (root, read-only mounts): only a file that was written does.
bool isWritable(const QString &folder)
{
    return QDir().mkpath(folder) && QTemporaryFile(folder + "/write-test-XXXXXX").open();
}

} // namespace

Result<std::filesystem::path> cacheFolder(const std::function<void(const std::string &)> &onNote)
{
    const QString asked = qEnvironmentVariable("RESLENS_CACHE");
    const QString folder =
        asked.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/reslens" : asked;
    if (isWritable(folder))
        return std::filesystem::path(QFile::encodeName(folder).toStdString());
    const std::string name = folder.toStdString(), problem = "the cache folder cannot be written";
    if (!asked.isEmpty())
        return fail(ErrorKind::Io, name, problem + " (it was set by RESLENS_CACHE)");
    if (onNote)
        onNote(name + ": " + problem + "; kernels are compiled anew in every run");
    return std::filesystem::path();
}

} // namespace reslens::session
