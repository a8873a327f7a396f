// Shows one channel enlarged, with its histogram and statistics, and a switch that lays it over the picture.
#pragma once

#include "models/statistics.h"
#include "widgets/map_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

#include <array>

namespace reslens::widgets {
class HistogramView;
}

namespace reslens::pages {

/// The data of one channel.
struct ChannelView {
    std::shared_ptr<const Tensor> tensor;
    int channel = 0;
    models::ChannelStatistics statistics;
    widgets::ValueRange range;
    widgets::ColourMap map;
};

class ChannelPanel : public QWidget {
    Q_OBJECT

public:
    explicit ChannelPanel(QWidget *parent);

    void setChannel(const ChannelView &view);
    widgets::MapView *plane() { return m_plane; }
    bool isOverlaid() const { return m_overlay->isChecked(); }
    void setOverlaid(bool isOverlaid) { m_overlay->setChecked(isOverlaid); }
    double opacity() const { return m_opacity->value() / 100.0; }

signals:
    void overlayChanged();

private:
    void addStatistics(QGridLayout *grid);
    void addOverlayRow(QLayout *layout);

    QLabel *m_title;
    widgets::MapView *m_plane;
    widgets::HistogramView *m_histogram;
    std::array<QLabel *, 6> m_values{};
    QToolButton *m_overlay;
    QSlider *m_opacity;
};

} // namespace reslens::pages
