#include "zoo/resource_bytes.h"

#include <QResource>

namespace reslens::zoo {

std::span<const std::byte> resourceBytes(const std::string &path)
{
    const QResource resource(QString::fromStdString(kResourceRoot + path));
    Q_ASSERT(resource.compressionAlgorithm() == QResource::NoCompression); // so that data() is the file itself
    return {reinterpret_cast<const std::byte *>(resource.data()), std::size_t(resource.size())};
}

} // namespace reslens::zoo
