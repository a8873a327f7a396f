// The ribbon with the controls of the selected block, tied to the session: numbers in, selection and scales out.
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
    /// Stands at the panel's heading: what colours the boxes, and what the lines mean.
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
