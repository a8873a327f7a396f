// Maps of the same places side by side on one colour scale: what one pixel is in each of them.
#pragma once

#include "widgets/colour_map.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace reslens::widgets {

struct StripMap {
    QString title;
    QColor colour;                        // of the title
    std::shared_ptr<const Tensor> tensor; // (1, 1, H, W), of one shape for all
};

struct MapCell {
    int row = 0, column = 0;
    bool operator==(const MapCell &) const = default;
};

class MapStrip : public QWidget {
    Q_OBJECT

public:
    explicit MapStrip(QWidget *parent = nullptr);

    void setMaps(std::vector<StripMap> maps, const ValueRange &range, const ColourMap &map);
    const std::vector<StripMap> &maps() const { return m_maps; }
    const ValueRange &range() const { return m_range; }
    /// Shown while there are no maps.
    void setPlaceholder(const QString &text);
    /// The pixel that is marked in every map, in fractions of the sides; std::nullopt: none.
    void setPixel(std::optional<QPointF> fraction);

    /// Where map `index` is drawn, in widget coordinates.
    QRectF rectOf(int index) const;
    /// "row 3 · column 5 · s 1.25 · F 0.3 · u 1.4"
    QString textOf(const MapCell &cell) const;
    std::optional<MapCell> pixelCell() const;
    /// Where the maps are as large as the width allows.
    int heightForWidth(int width) const override;

    QSize sizeHint() const override { return {420, 170}; }
    QSize minimumSizeHint() const override { return {240, 96}; }

signals:
    /// Under the mouse, and its value in that map.
    void hovered(std::optional<reslens::widgets::MapCell> cell, float value);
    void picked(QPointF fraction);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override; // arrows move the marked pixel
    void leaveEvent(QEvent *event) override;

private:
    QSize extent() const; // of a map, in cells
    std::optional<std::pair<int, MapCell>> cellAt(QPointF point) const;
    QPointF fractionOf(const MapCell &cell) const;
    void paintMark(QPainter &painter, const MapCell &cell, bool isSelected) const;
    void paintTitles(QPainter &painter) const;

    std::vector<StripMap> m_maps;
    std::vector<QImage> m_pictures;
    ValueRange m_range;
    QString m_placeholder;
    std::optional<QPointF> m_pixel;
    std::optional<MapCell> m_hovered;
};

} // namespace reslens::widgets
