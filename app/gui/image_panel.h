// The picture with the crop frame; below it the strip of open pictures, or the samples while nothing is open.
#pragma once

#include "gui/window_context.h"
#include "models/item_models.h"
#include "widgets/image_view.h"

#include <QLabel>
#include <QListView>

class QSpinBox;

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class ElidedLabel;
}

namespace reslens::gui {

class ClassMapPanel;

class ImagePanel : public QWidget {
    Q_OBJECT

public:
    ImagePanel(session::Session &session, const Catalogue &catalogue, QWidget *parent = nullptr);

    widgets::ImageView *view() { return m_view; }
    QListView *strip() { return m_strip; }
    ClassMapPanel *classMaps() { return m_classMaps; }

private:
    void showPicture();
    void showFrame();
    void showPixel();
    void showStrip();
    QWidget *buildLevels();
    void showLevels();
    void showSamples();
    void choose(int row);
    void linkPixel();

    session::Session &m_session;
    std::vector<Catalogue::Sample> m_samples;
    widgets::ImageView *m_view;
    widgets::ElidedLabel *m_caption;
    QWidget *m_levels; // of a picture with more than 8 bits
    QSpinBox *m_low, *m_high;
    ClassMapPanel *m_classMaps;
    QLabel *m_stripTitle;
    QListView *m_strip;
    models::PictureModel m_pictures;
    bool m_showsSamples = false;
};

} // namespace reslens::gui
