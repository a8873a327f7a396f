#include "zoo/labels.h"

#include "zoo/embedded.h"

#include <QFile>
#include <QFileInfo>
#include <QStringConverter>

namespace reslens::zoo {

namespace {

constexpr qint64 kMaxFileBytes = 4 << 20;
constexpr qsizetype kMaxLabelBytes = 512;

Result<std::vector<std::string>> parseLabels(QByteArray text, const std::string &subject)
{
    if (text.startsWith("\xEF\xBB\xBF"))
        text.remove(0, 3);
    std::vector<std::string> labels;
    for (const QByteArray &line : text.split('\n')) {
        const QByteArray label = line.trimmed();
        const std::string place = "line " + std::to_string(labels.size() + 1);
        QStringDecoder utf8(QStringDecoder::Utf8);
        const QString decoded = utf8(label);
        if (utf8.hasError() || decoded.contains(QChar::Null))
            return fail(ErrorKind::Malformed, subject, place + " is not text in UTF-8");
        if (label.size() > kMaxLabelBytes)
            return fail(ErrorKind::Limit, subject,
                        place + " has " + std::to_string(label.size()) + " bytes; at most " +
                            std::to_string(kMaxLabelBytes) + " are accepted in a class name");
        labels.push_back(label.toStdString());
    }
    while (!labels.empty() && labels.back().empty())
        labels.pop_back();
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i].empty())
            return fail(ErrorKind::Malformed, subject,
                        "line " + std::to_string(i + 1) + " is empty, expected a class name on each line");
    if (labels.empty())
        return fail(ErrorKind::Malformed, subject, "is empty, expected a class name on each line");
    return labels;
}

} // namespace

const std::vector<std::string> &imagenetLabels()
{
    static const std::vector<std::string> labels = [] {
        const std::span<const std::byte> bytes = resourceBytes("labels/imagenet.txt");
        return parseLabels(QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())), "")
            .value();
    }();
    return labels;
}

std::vector<std::string> numberedLabels(int count)
{
    std::vector<std::string> labels;
    for (int i = 0; i < count; ++i)
        labels.push_back("class " + std::to_string(i));
    return labels;
}

Result<std::vector<std::string>> readLabels(const std::filesystem::path &path)
{
    const std::string subject = path.string();
    QFile file(path);
    if (!file.exists())
        return fail(ErrorKind::NotFound, subject, "no such file");
    if (!QFileInfo(path).isFile())
        return fail(ErrorKind::InvalidInput, subject, "is not a file, expected class names");
    if (file.size() > kMaxFileBytes)
        return fail(ErrorKind::Limit, subject,
                    "has " + std::to_string(file.size()) + " bytes; at most " + std::to_string(kMaxFileBytes) +
                        " are accepted for class names");
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, subject, "cannot be read: " + file.errorString().toStdString());
    return parseLabels(file.readAll(), subject);
}

} // namespace reslens::zoo
