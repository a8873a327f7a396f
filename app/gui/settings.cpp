#include "gui/settings.h"

namespace reslens::gui {

namespace {

const QString kTheme = QStringLiteral("theme");
const QString kPictures = QStringLiteral("recent/pictures");
const QString kModels = QStringLiteral("recent/models");
const QString kGeometry = QStringLiteral("window/geometry");
const QString kLayout = QStringLiteral("window/layout");
const QString kPage = QStringLiteral("window/page");
const QStringList kThemeNames{"system", "light", "dark"};

} // namespace

Settings::Settings(const QString &file)
    : m_settings(file.isEmpty() ? QSettings().fileName() : file, QSettings::IniFormat)
{
}

ThemeChoice Settings::theme() const
{
    const qsizetype index = kThemeNames.indexOf(m_settings.value(kTheme).toString());
    return index < 0 ? ThemeChoice::System : ThemeChoice(index);
}

void Settings::setTheme(ThemeChoice theme)
{
    m_settings.setValue(kTheme, kThemeNames[int(theme)]);
}

QStringList Settings::recent(const QString &key) const
{
    QStringList paths = m_settings.value(key).toStringList();
    paths.removeAll({});
    paths.removeDuplicates();
    return paths.mid(0, kMaxRecent);
}

void Settings::addRecent(const QString &key, const QString &path)
{
    QStringList paths = recent(key);
    paths.removeAll(path);
    paths.prepend(path);
    m_settings.setValue(key, paths.mid(0, kMaxRecent));
}

QStringList Settings::recentPictures() const
{
    return recent(kPictures);
}

void Settings::addRecentPicture(const QString &path)
{
    addRecent(kPictures, path);
}

QStringList Settings::recentModels() const
{
    return recent(kModels);
}

void Settings::addRecentModel(const QString &path)
{
    addRecent(kModels, path);
}

QByteArray Settings::geometry() const
{
    return m_settings.value(kGeometry).toByteArray();
}

QByteArray Settings::layout() const
{
    return m_settings.value(kLayout).toByteArray();
}

void Settings::setWindow(const QByteArray &geometry, const QByteArray &layout)
{
    m_settings.setValue(kGeometry, geometry);
    m_settings.setValue(kLayout, layout);
}

QString Settings::page() const
{
    return m_settings.value(kPage).toString();
}

void Settings::setPage(const QString &id)
{
    m_settings.setValue(kPage, id);
}

} // namespace reslens::gui
