// Shows what one part of the ledger wrote at each place of the picture, enlarged, and has a switch that lays it over
// the picture.
#pragma once

#include "widgets/map_view.h"

#include <QLabel>
#include <QSlider>
#include <QToolButton>

namespace reslens::widgets {
class ColourLegend;
}

namespace reslens::pages {

/// One part's map.
struct BlockMap {
    QString title; // "layer2.0 writes +1.25"
    std::shared_ptr<const Tensor> map;
};

class BlockMapPanel : public QWidget {
    Q_OBJECT

public:
    explicit BlockMapPanel(QWidget *parent);

    void setMap(const BlockMap &shown);
    /// Shows `text` in place of a map.
    void setPlaceholder(const QString &text);
    void setMark(std::optional<QPointF> fraction);
    /// Points at a place of the map, as the mouse does; std::nullopt points at none.
    void point(const std::optional<widgets::PixelAt> &place);

    bool isOverlaid() const { return m_overlay->isChecked(); }
    void setOverlaid(bool isOverlaid) { m_overlay->setChecked(isOverlaid); }
    double opacity() const { return m_opacity->value() / 100.0; }
    /// Returns the map as drawn, one pixel per value; null without a map.
    QImage image() const;

    widgets::MapView *view() { return m_view; }
    QString readout() const { return m_readout->text(); }

signals:
    void overlayChanged();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeOverlayRow();
    void paintMap();
    const widgets::ColourMap &colours() const;

    BlockMap m_shown;
    widgets::ValueRange m_range;
    QLabel *m_title, *m_readout;
    widgets::MapView *m_view;
    widgets::ColourLegend *m_scale;
    QToolButton *m_overlay;
    QSlider *m_opacity;
};

} // namespace reslens::pages
