// The settings that the window remembers. Older or damaged files still give usable values.
#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace reslens::gui {

enum class ThemeChoice { System, Light, Dark };

class Settings {
public:
    static constexpr int kMaxRecent = 9;

    /// Without `file`, uses the person's own settings. Tests pass a file.
    explicit Settings(const QString &file = {});

    ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);

    /// Lists the newest first, at most kMaxRecent.
    QStringList recentPictures() const;
    void addRecentPicture(const QString &path);
    QStringList recentModels() const;
    void addRecentModel(const QString &path);

    /// The file that holds them.
    QString fileName() const { return m_settings.fileName(); }

    QByteArray geometry() const;
    QByteArray layout() const;
    /// Returns the id of the last page.
    QString page() const;
    void setPage(const QString &id);
    void setWindow(const QByteArray &geometry, const QByteArray &layout);

private:
    QStringList recent(const QString &key) const;
    void addRecent(const QString &key, const QString &path);

    mutable QSettings m_settings;
};

} // namespace reslens::gui
