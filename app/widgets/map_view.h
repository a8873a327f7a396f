// One value per place of the picture, enlarged: values under the mouse, and one place that is selected.
#pragma once

#include "tensor/tensor.h"
#include "widgets/colour_map.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace reslens::widgets {

/// A place of a map and what it holds there.
struct MapValue {
    int row = 0, column = 0;
    float value = 0;
};

class MapView : public QWidget {
    Q_OBJECT

public:
    explicit MapView(QWidget *parent = nullptr);

    /// (1, 1, H, W), or null: nothing is drawn but the placeholder.
    void setMap(std::shared_ptr<const Tensor> map, const ValueRange &range, const ColourMap &colours);
    void setPlaceholder(const QString &text);
    /// The selected place, in fractions of the map's sides; none is std::nullopt.
    void setMark(std::optional<QPointF> fraction);
    /// What lies at `fraction`; std::nullopt where there is no map or no such place.
    std::optional<MapValue> valueAt(QPointF fraction) const;
    /// Where the map is drawn, in widget coordinates.
    QRectF mapRect() const;

    QSize minimumSizeHint() const override { return {110, 90}; }
    QSize sizeHint() const override { return {240, 240}; }

signals:
    void hovered(std::optional<QPointF> fraction); // of the map's sides; std::nullopt when the mouse leaves
    void clicked(QPointF fraction);                // by mouse, or moved there by arrow keys

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void fitHeight();
    std::optional<QPointF> fractionAt(QPointF point) const;

    std::shared_ptr<const Tensor> m_map;
    QImage m_picture; // a pixel per value
    QString m_placeholder;
    std::optional<QPointF> m_mark;
};

} // namespace reslens::widgets
