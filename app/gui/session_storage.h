// Sessions on the disk. The files that they name are hashed when a session is saved, and compared when it is opened.
// Reads and writes whole files: call it off the GUI thread only.
#pragma once

#include "gui/session_file.h"

#include <QStringList>

#include <stop_token>

namespace reslens::gui {

/// Returns the hash of the file's content in hex. Errors: NotFound, Io, Cancelled.
Result<QString> sha256Of(const QString &path, const std::stop_token &stop = {});

/// Completes `session` (hashes, the pasted picture) and writes it in one piece. `pasted` is null if the picture is a
/// file. Returns in words what could not be saved, or nothing. Errors: those of sha256Of(); Io.
Result<QString> writeSession(const QString &path, SavedSession session, const QImage &pasted,
                             const std::stop_token &stop = {});

struct OpenedSession {
    SavedSession session;
    QImage pasted;                             // null if the picture is a file
    bool hasPicture = false, hasModel = false; // true if present and unchanged
    QStringList problems;                      // a sentence for each one that is missing or changed
};

/// Errors: NotFound, Io, those of savedSessionFrom(). Then nothing is shown.
Result<OpenedSession> readSession(const QString &path, const std::stop_token &stop = {});

} // namespace reslens::gui
