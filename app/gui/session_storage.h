// Sessions on the disk: what they name is hashed when they are saved, and compared when they are opened. Reads and
// writes whole files: off the GUI thread only.
#pragma once

#include "gui/session_file.h"

#include <QStringList>

#include <stop_token>

namespace reslens::gui {

/// Of the file's content, in hex. Errors: NotFound, Io, Cancelled.
Result<QString> sha256Of(const QString &path, const std::stop_token &stop = {});

/// Completes `session` (hashes, the pasted picture) and writes it in one piece. `pasted` is null where the picture is a
/// file. Returns what could not be kept, in words; empty: all of it. Errors: as sha256Of(); Io.
Result<QString> writeSession(const QString &path, SavedSession session, const QImage &pasted,
                             const std::stop_token &stop = {});

struct OpenedSession {
    SavedSession session;
    QImage pasted;                             // of a pasted picture
    bool hasPicture = false, hasModel = false; // they are there and unchanged
    QStringList problems;                      // a sentence for each of the two that is not
};

/// Errors: NotFound, Io, and as savedSessionFrom(): then there is nothing to show.
Result<OpenedSession> readSession(const QString &path, const std::stop_token &stop = {});

} // namespace reslens::gui
