#include "gui/model_memory.h"

#include "gui/session_storage.h"
#include "gui/settings_json.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSettings>
#include <QUrl>

namespace reslens::gui {

namespace {

const QString kGroup = QStringLiteral("models");

/// Files of other sizes than any known one need no hash.
bool isKnownSize(QSettings &settings, qint64 bytes)
{
    settings.beginGroup(kGroup);
    const QStringList keys = settings.childGroups();
    const bool isKnown = std::any_of(keys.begin(), keys.end(), [&](const QString &key) {
        return settings.value(key + "/bytes").toLongLong() == bytes;
    });
    settings.endGroup();
    return isKnown;
}

QString entry(const QString &key, const char *what)
{
    return kGroup + "/" + key + "/" + what;
}

} // namespace

/// A file's hash, or the name of an embedded model or a folder.
QString ModelMemory::keyOf(const QString &nameOrPath)
{
    const QFileInfo info(nameOrPath);
    if (!info.isFile())
        return QString::fromLatin1(QUrl::toPercentEncoding(info.isDir() ? info.canonicalFilePath() : nameOrPath));
    Hash &known = m_hashes[info.canonicalFilePath()];
    if (known.sha256.isEmpty() || known.bytes != info.size() || known.changed != info.lastModified())
        known = {info.size(), info.lastModified(), sha256Of(nameOrPath, {}).value_or(QString())};
    return known.sha256;
}

zoo::ModelSettings ModelMemory::recall(const std::string &nameOrPath)
{
    const QString name = QString::fromStdString(nameOrPath);
    QSettings settings(m_file, QSettings::IniFormat);
    const QFileInfo info(name);
    if (info.isFile() && !isKnownSize(settings, info.size()))
        return {};
    const QByteArray text = settings.value(entry(keyOf(name), "settings")).toString().toUtf8();
    return settingsFromJson(QJsonDocument::fromJson(text).object(), name).value_or(zoo::ModelSettings());
}

void ModelMemory::remember(const std::string &nameOrPath, const zoo::ModelSettings &given)
{
    const QString name = QString::fromStdString(nameOrPath);
    const QString key = keyOf(name);
    if (key.isEmpty())
        return; // it has gone meanwhile
    QSettings settings(m_file, QSettings::IniFormat);
    if (given.isEmpty()) {
        settings.remove(kGroup + "/" + key);
        return;
    }
    const QFileInfo info(name);
    settings.setValue(entry(key, "bytes"), info.isFile() ? info.size() : -1);
    settings.setValue(entry(key, "settings"),
                      QString::fromUtf8(QJsonDocument(jsonOf(given)).toJson(QJsonDocument::Compact)));
}

} // namespace reslens::gui
