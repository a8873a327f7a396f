#include "zoo/label_forms.h"

#include "error/printable.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace reslens::zoo {

namespace {

using Numbered = std::vector<std::pair<qint64, QString>>;
using Labels = Result<std::vector<std::string>>;

/// Puts numbered names in order; numbers may begin with 0 or 1.
Labels ordered(const Numbered &names, const std::string &subject)
{
    std::map<qint64, QString> byNumber;
    for (const auto &[number, name] : names)
        if (!byNumber.emplace(number, name).second)
            return fail(ErrorKind::Malformed, subject, "names class " + std::to_string(number) + " twice");
    const qint64 first = byNumber.begin()->first == 1 ? 1 : 0;
    std::vector<std::string> labels;
    for (const auto &[number, name] : byNumber) {
        if (number != first + qint64(labels.size()))
            return fail(ErrorKind::Malformed, subject,
                        "does not name class " + std::to_string(first + qint64(labels.size())));
        labels.push_back(name.toStdString());
    }
    return labels;
}

/// A name, or the last of several: ["n01440764", "tench"]. Empty if it is neither.
QString nameIn(const QJsonValue &value)
{
    return value.isArray() && !value.toArray().isEmpty() ? value.toArray().last().toString() : value.toString();
}

Labels fromArray(const QJsonArray &array, const std::string &subject)
{
    std::vector<std::string> labels;
    for (const auto &value : array) {
        labels.push_back(nameIn(value).toStdString());
        if (labels.back().empty())
            return fail(ErrorKind::Malformed, subject,
                        "element " + std::to_string(labels.size() - 1) + " of the JSON array is no name");
    }
    return labels;
}

Labels fromObject(const QJsonObject &object, const std::string &subject)
{
    if (object.value("id2label").isObject())
        return fromObject(object.value("id2label").toObject(), subject);
    Numbered names;
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        bool isNumber = false;
        qint64 number = entry.key().toLongLong(&isNumber);
        QString name = nameIn(entry.value());
        if (!isNumber || name.isEmpty()) {
            number = entry.value().toInteger(-1);
            name = entry.key();
        }
        if (number < 0)
            return fail(ErrorKind::Malformed, subject,
                        "the JSON entry " + inQuotes(entry.key().toStdString()) + " is no number and name");
        names.emplace_back(number, name);
    }
    if (names.empty())
        return fail(ErrorKind::Malformed, subject, "is an empty JSON object, expected names of classes");
    return ordered(names, subject);
}

/// {0: 'tench, Tinca tinca', 1: "goldfish"}; empty if `text` is anything else.
std::optional<Numbered> fromPython(const QString &text)
{
    static const QRegularExpression entry(R"re((\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*([,}]?))re");
    Numbered names;
    qsizetype end = 0;
    for (auto matches = entry.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString between = text.mid(end, match.capturedStart() - end).trimmed();
        if (!between.isEmpty() && !(names.empty() && between == "{"))
            return std::nullopt;
        QString name = match.hasCaptured(2) && !match.captured(2).isEmpty() ? match.captured(2) : match.captured(3);
        static const QRegularExpression escape(R"(\\(.))");
        names.emplace_back(match.captured(1).toLongLong(), name.replace(escape, "\\1"));
        end = match.capturedEnd();
    }
    const QString rest = text.mid(end).trimmed();
    return names.empty() || !(rest.isEmpty() || rest == "}") ? std::nullopt : std::optional(names);
}

QString unquoted(QString name)
{
    name = name.trimmed();
    for (const QChar quote : {u'"', u'\''})
        if (name.size() >= 2 && name.startsWith(quote) && name.endsWith(quote))
            return name.mid(1, name.size() - 2).replace(QString(2, quote), QString(quote));
    return name;
}

/// The numbers and names of all lines, if all have both: "0,cat", "0: cat", "cat;0". The first may be a heading.
std::optional<Numbered> numberedLines(const QStringList &lines)
{
    static const QRegularExpression before(R"(^(\d{1,7})(?:\s*[,:;.\t]\s*|\s+)(.*\S)$)");
    static const QRegularExpression behind(R"(^(.*\S)\s*[,;\t]\s*(\d{1,7})$)");
    for (const auto &[form, number, name] : {std::tuple(&before, 1, 2), std::tuple(&behind, 2, 1)}) {
        Numbered names;
        bool isAll = true;
        for (qsizetype i = 0; i < lines.size() && isAll; ++i) {
            const QRegularExpressionMatch match = form->match(lines[i]);
            if (match.hasMatch())
                names.emplace_back(match.captured(number).toLongLong(), unquoted(match.captured(name)));
            else
                isAll = i == 0 && lines.size() > 1 && lines[i].contains(QRegularExpression("[,;\t]"));
        }
        if (isAll && !names.empty())
            return names;
    }
    return std::nullopt;
}

} // namespace

Labels labelsIn(const QString &text, const std::string &subject)
{
    const QString trimmed = text.trimmed();
    if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(trimmed.toUtf8(), &error);
        if (document.isArray())
            return fromArray(document.array(), subject);
        if (document.isObject())
            return fromObject(document.object(), subject);
        if (const auto names = fromPython(trimmed))
            return ordered(*names, subject);
        return fail(ErrorKind::Malformed, subject,
                    "begins like JSON or a Python dictionary, but is neither: " + error.errorString().toStdString());
    }
    QStringList lines;
    for (const QString &line : text.split('\n'))
        lines << line.trimmed();
    while (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    if (lines.isEmpty())
        return fail(ErrorKind::Malformed, subject, "is empty, expected a class name on each line");
    for (qsizetype i = 0; i < lines.size(); ++i)
        if (lines[i].isEmpty())
            return fail(ErrorKind::Malformed, subject,
                        "line " + std::to_string(i + 1) + " is empty, expected a class name on each line");
    if (const auto names = fromPython(trimmed))
        return ordered(*names, subject);
    if (const auto names = numberedLines(lines))
        if (auto labels = ordered(*names, subject)) // else the numbers belong to the names: "50 euro", "100 euro"
            return labels;
    static const QRegularExpression wordNet(R"(^n\d{8}[\s,:;]+(.*\S)$)");
    const bool hasIds = std::ranges::all_of(lines, [](const QString &line) { return wordNet.match(line).hasMatch(); });
    std::vector<std::string> labels;
    labels.reserve(std::size_t(lines.size()));
    for (const QString &line : lines)
        labels.push_back((hasIds ? wordNet.match(line).captured(1) : line).toStdString());
    return labels;
}

} // namespace reslens::zoo
