// A colour map with the numbers at its ends (and at zero), for reading values off feature maps.
#pragma once

#include "widgets/colour_map.h"
#include "widgets/plane_image.h"

#include <QWidget>

#include <optional>

namespace reslens::widgets {

class ScaleBar : public QWidget {
    Q_OBJECT

public:
    explicit ScaleBar(QWidget *parent = nullptr);

    /// `saturates`: larger values than the ends exist and have the ends' colours.
    void setScale(const ColourMap &map, const ValueRange &range, bool saturates);
    /// Marks a value on the bar, or none.
    void setMark(std::optional<float> value);
    const ValueRange &range() const { return m_range; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ColourMap m_map;
    ValueRange m_range;
    bool m_saturates = false;
    std::optional<float> m_mark;
};

/// Three or four significant digits, as short as they go: "0", "1.25", "-0.0031", "1.2e+06".
QString valueText(double value);

} // namespace reslens::widgets
