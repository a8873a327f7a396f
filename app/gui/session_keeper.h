// Saves the model, picture and selection, and restores them step by step, as the model and the picture arrive.
#pragma once

#include "gui/session_storage.h"
#include "session/background.h"

namespace reslens::session {
class Session;
}

namespace reslens::gui {

class SessionKeeper : public QObject {
    Q_OBJECT

public:
    explicit SessionKeeper(session::Session &session, QObject *parent = nullptr);

    void save(const QString &path, const QString &tab, const std::vector<SavedPanel> &panels);
    /// Opens what it can. Session::failed() reports the rest.
    void open(const QString &path);

signals:
    void windowRestored(const QString &tab, const std::vector<reslens::gui::SavedPanel> &panels);
    void opened(); // all is restored, or its failure reported

private:
    void begin(OpenedSession opened);
    void takePicture();
    void takeModel(const QString &nameOrPath);
    void applyScales();
    void finishWhenReady();
    void applySelection();
    void applyObjective();
    bool fitsModel() const;

    session::Session &m_session;
    std::optional<OpenedSession> m_pending;
    bool m_waitsForPicture = false, m_waitsForModel = false;
    int m_arriving = 0; // open models that takeModel() has yet to see
    session::Background m_background;
};

} // namespace reslens::gui
