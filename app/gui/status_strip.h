// The trust strip: the running work, whether the numbers can be trusted, and their costs.
#pragma once

#include <QLabel>
#include <QStatusBar>

namespace reslens::session {
class Session;
}

namespace reslens::gui {

class StatusStrip : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusStrip(session::Session &session, QWidget *parent = nullptr);

signals:
    void settingsRequested(); // a click on what was assumed of the model
    void fitRequested();      // a click on how the picture fits the training

protected:
    void changeEvent(QEvent *event) override; // the dots' colours follow light and dark

private:
    void refresh();
    QString preprocessText() const;
    QString fitText() const;
    QString completenessText() const;
    QString selfTestText() const;
    QString deviceText() const;
    void setToolTips();
    QString costText() const;
    QString costToolTip() const;

    session::Session &m_session;
    QLabel *m_activity;
    QLabel *m_preprocess;
    QLabel *m_fit;
    QLabel *m_completeness;
    QLabel *m_selfTest;
    QLabel *m_device;
    QLabel *m_cost;
};

} // namespace reslens::gui
