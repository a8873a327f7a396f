// Maps of the same places side by side on one colour scale, to compare one pixel in each of them.
#pragma once

#include "widgets/colour_map.h"
#include "widgets/map_canvas.h"

#include <memory>
#include <vector>

namespace reslens::widgets {

struct StripMap {
    QString title;
    QColor colour;                        // colour of the title
    std::shared_ptr<const Tensor> tensor; // (1, 1, H, W), the same shape for all maps
};

class MapStrip : public MapCanvas {
    Q_OBJECT

public:
    explicit MapStrip(QWidget *parent = nullptr);

    void setMaps(std::vector<StripMap> maps, const ValueRange &range, const ColourMap &map);
    const std::vector<StripMap> &maps() const { return m_maps; }
    const ValueRange &range() const { return m_range; }
    /// "row 3 · column 5 · s 1.25 · F 0.3 · u 1.4"
    QString textOf(const PixelAt &pixel) const;

    int planeCount() const override { return int(m_maps.size()); }
    QRectF planeRect(int plane) const override;
    /// Returns the height at which the maps are as large as the width allows.
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {420, 170}; }
    QSize minimumSizeHint() const override { return {240, 96}; }

protected:
    QSize extent() const override { return m_pictures.empty() ? QSize() : m_pictures.front().size(); }
    float valueOf(int plane, int row, int column) const override;
    QString spokenText() const override;
    void paintPlanes(QPainter &painter) override;

private:
    void paintMark(QPainter &painter, PixelAt pixel, bool isSelected) const;
    void paintTitles(QPainter &painter) const;

    std::vector<StripMap> m_maps;
    std::vector<QImage> m_pictures;
    ValueRange m_range;
};

} // namespace reslens::widgets
