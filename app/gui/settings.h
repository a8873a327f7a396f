// The settings that the window remembers. Whatever an older or damaged file says, reading it gives something usable.
#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace reslens::gui {

enum class ThemeChoice { System, Light, Dark };

class Settings {
public:
    static constexpr int kMaxRecent = 9;

    /// An empty `file` means the person's own settings; tests pass a file of theirs.
    explicit Settings(const QString &file = {});

    ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);

    /// Newest first, at most kMaxRecent.
    QStringList recentPictures() const;
    void addRecentPicture(const QString &path);
    QStringList recentModels() const;
    void addRecentModel(const QString &path);

    QByteArray geometry() const;
    QByteArray layout() const;
    /// The id of the page that was shown last.
    QString page() const;
    void setPage(const QString &id);
    void setWindow(const QByteArray &geometry, const QByteArray &layout);

private:
    QStringList recent(const QString &key) const;
    void addRecent(const QString &key, const QString &path);

    mutable QSettings m_settings;
};

} // namespace reslens::gui
