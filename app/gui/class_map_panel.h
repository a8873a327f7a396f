// A row under the picture that lays a map over it: a choice of maps, their opacity, and a legend of the colours.
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

    /// Chooses a map by its id; an empty id removes the map.
    void choose(const QString &id);
    QString chosen() const { return m_kinds->currentData().toString(); }
    /// The map over the picture; null if there is none.
    std::shared_ptr<const study::ClassMap> map() const { return m_map; }
    /// Returns "of layer3.2 · log p of ship", or why there is no map.
    QString words() const;

    /// Exports the map that is shown; empty if there is none.
    std::vector<pages::Export> exports();

signals:
    void settled(); // the requested map has arrived, or has failed

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
    QString m_of; // the map's subject in words
    QString m_mapName;
    bool m_isStale = false;
    QComboBox *m_kinds;
    QSlider *m_opacity;
    widgets::ElidedLabel *m_words;
    widgets::ColourLegend *m_scale;
    widgets::TaskControl *m_task;
    QStackedWidget *m_wordsOrTask;
    QTimer m_patience; // keeps the progress bar away from quick answers
};

} // namespace reslens::gui
