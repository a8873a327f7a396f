// The ribbon with the controls of the selected block. It shows the session's numbers, and sets selection and scales.
#pragma once

#include "models/block_model.h"

#include <QComboBox>
#include <QWidget>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class Ribbon;
class RibbonControls;
class RibbonLegend;
} // namespace reslens::widgets

namespace reslens::gui {

class NetworkPanel : public QWidget {
    Q_OBJECT

public:
    explicit NetworkPanel(session::Session &session, QWidget *parent = nullptr);

    widgets::Ribbon *ribbon() { return m_ribbon; }
    /// Stands in the panel's heading: chooses the boxes' colours, and explains the lines.
    QWidget *heading() { return m_heading; }

private:
    QWidget *makeHeading();
    void connectSession();
    void connectWidgets();
    void showNetwork();
    void setQuantity(int index);

    session::Session &m_session;
    models::BlockModel m_model;
    widgets::Ribbon *m_ribbon;
    widgets::RibbonControls *m_controls;
    widgets::RibbonLegend *m_legend;
    QComboBox *m_quantity;
    QWidget *m_heading;
};

} // namespace reslens::gui
