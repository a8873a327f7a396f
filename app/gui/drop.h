// What a drop or the clipboard holds, handed to the session.
#pragma once

class QMimeData;

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// True where take() could do something with it.
bool canTake(const QMimeData &data);

/// Local files first; then image data, which a browser gives along with the address; then addresses and paths in text.
void take(const QMimeData &data, session::Session &session);

} // namespace reslens::gui
