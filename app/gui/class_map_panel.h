// A row under the picture that lays a map over it: which map, how opaque, and what its colours mean.
#pragma once

#include "pages/page.h"
#include "study/class_maps.h"
#include "widgets/colour_map.h"
#include "widgets/map_canvas.h"

#include <QComboBox>
#include <QSlider>
#include <QStackedWidget>
#include <QTimer>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class ElidedLabel;
class ImageView;
class ColourLegend;
class TaskControl;
} // namespace reslens::widgets

namespace reslens::gui {

class ClassMapPanel : public QWidget {
    Q_OBJECT

public:
    ClassMapPanel(session::Session &session, widgets::ImageView &view, QWidget *parent);

    /// By its id; empty: none.
    void choose(const QString &id);
    QString chosen() const { return m_kinds->currentData().toString(); }
    /// What lies over the picture; null while nothing does.
    std::shared_ptr<const study::ClassMap> map() const { return m_map; }
    /// "of layer3.2 · log p of ship", or why there is no map.
    QString words() const;

    /// Of the map that is shown; empty while there is none.
    std::vector<pages::Export> exports();

signals:
    void settled(); // the map that was asked for is there, or why it is not

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeChoiceRow();
    QWidget *makeWordsRow();
    void connectSession();
    void askWhenSeen();
    void ask();
    void stop();
    void accept(Result<study::ClassMap> answer, const QString &of);
    void forget(const QString &words);
    void choiceChanged();
    void showRows();
    void showMap();
    void layOver();
    void readOut(const std::optional<widgets::PixelAt> &at);
    const study::ClassMapKind *kind() const; // null: none
    int block() const;
    const widgets::ColourMap &colours() const;
    const Tensor &shown() const { return m_map->shown.values.empty() ? m_map->map : m_map->shown; }
    QImage pictureOfMap(int width) const;

    session::Session &m_session;
    widgets::ImageView &m_view;
    std::shared_ptr<const study::ClassMap> m_map;
    widgets::ValueRange m_range;
    QString m_of; // what the map is of, in words
    QString m_mapName;
    bool m_isStale = false;
    QComboBox *m_kinds;
    QSlider *m_opacity;
    widgets::ElidedLabel *m_words;
    widgets::ColourLegend *m_scale;
    widgets::TaskControl *m_task;
    QStackedWidget *m_wordsOrTask;
    QTimer m_patience; // quick answers come without a progress bar
};

} // namespace reslens::gui
