#include "gui/drop.h"

#include "session/session.h"

#include <QCoreApplication>
#include <QImage>
#include <QMimeData>

#include <algorithm>

namespace reslens::gui {

namespace {

bool hasLocalFile(const QList<QUrl> &urls)
{
    return std::ranges::any_of(urls, [](const QUrl &url) { return url.isLocalFile(); });
}

/// One path or address a line.
QList<QUrl> urlsIn(const QString &text)
{
    QList<QUrl> urls;
    for (const QString &line : text.split('\n', Qt::SkipEmptyParts)) {
        const QString trimmed = line.trimmed();
        if (!trimmed.isEmpty())
            urls << (trimmed.contains("://") ? QUrl(trimmed) : QUrl::fromLocalFile(trimmed));
    }
    return urls;
}

} // namespace

bool canTake(const QMimeData &data)
{
    return data.hasUrls() || data.hasImage() || data.hasText();
}

void take(const QMimeData &data, session::Session &session)
{
    if (data.hasUrls() && (hasLocalFile(data.urls()) || !data.hasImage()))
        session.openUrls(data.urls());
    else if (data.hasImage())
        session.openImage(qvariant_cast<QImage>(data.imageData()), QCoreApplication::translate("Drop", "Pasted image"));
    else if (data.hasText())
        session.openUrls(urlsIn(data.text()));
}

} // namespace reslens::gui
