#include "zoo/labels.h"

#include "zoo/embedded.h"
#include "zoo/label_forms.h"

#include <QFile>
#include <QFileInfo>
#include <QStringConverter>

namespace reslens::zoo {

namespace {

constexpr qint64 kMaxFileBytes = 4 << 20;
constexpr std::size_t kMaxLabelBytes = 512;

/// UTF-8, or what a byte order mark says.
Result<QString> decoded(const QByteArray &text, const std::string &subject)
{
    QStringDecoder decoder(QStringDecoder::encodingForData(text).value_or(QStringDecoder::Utf8));
    const QString whole = decoder(text);
    if (!decoder.hasError() && !whole.contains(QChar::Null))
        return whole;
    int number = 0;
    for (const QByteArray &line : text.split('\n')) {
        ++number;
        QStringDecoder utf8(QStringDecoder::Utf8);
        const QString ofLine = utf8(line);
        if (utf8.hasError() || ofLine.contains(QChar::Null))
            break;
    }
    return fail(ErrorKind::Malformed, subject, "line " + std::to_string(number) + " is not text in UTF-8");
}

Result<std::vector<std::string>> parseLabels(const QByteArray &text, const std::string &subject)
{
    std::vector<std::string> labels = TRY(labelsIn(TRY(decoded(text, subject)), subject));
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i].size() > kMaxLabelBytes)
            return fail(ErrorKind::Limit, subject,
                        "the name of class " + std::to_string(i) + " has " + std::to_string(labels[i].size()) +
                            " bytes; at most " + std::to_string(kMaxLabelBytes) + " are accepted");
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

std::vector<std::string> numberedLabels(int count, const std::string &word)
{
    std::vector<std::string> labels;
    for (int i = 0; i < count; ++i)
        labels.push_back(word + " " + std::to_string(i));
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
