// The panel of what a person can say of a model where its file is silent or wrong. Every change acts at once, can be
// undone and is remembered for the file.
#pragma once

#include "session/background.h"
#include "zoo/model_settings.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class TaskControl;
}

namespace reslens::gui {

class InputPreview;
class NetworkForm;
class PreprocessForm;

class ModelSettingsPanel : public QWidget {
    Q_OBJECT

public:
    explicit ModelSettingsPanel(session::Session &session, QWidget *parent = nullptr);

    QSize sizeHint() const override { return {340, 640}; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *buildNames();
    QWidget *buildDevice();
    void showModel();
    void showPreview();
    void showDevices();
    void readNames();
    void take();

    session::Session &m_session;
    QLabel *m_model, *m_source;
    PreprocessForm *m_preprocess;
    InputPreview *m_preview;
    NetworkForm *m_network;
    QPlainTextEdit *m_names;
    QLabel *m_nameCount;
    QComboBox *m_device;
    widgets::TaskControl *m_measure;
    QLineEdit *m_commandLine;
    QPushButton *m_reset;
    QTimer m_soon; // a change that is still being typed waits a moment
    bool m_hasTypedNames = false;
    session::Background m_background; // last: its jobs end first
};

} // namespace reslens::gui
