// Two widgets for reading a map: its colours with their numbers, and a histogram of its values.
#pragma once

#include "widgets/colour_map.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace reslens::widgets {

/// A colour map with the numbers at its ends (and at zero), to read values off feature maps.
class ColourLegend : public QWidget {
    Q_OBJECT

public:
    explicit ColourLegend(QWidget *parent = nullptr);

    /// `saturates`: values beyond the ends exist and have the ends' colours.
    void setScale(const ColourMap &map, const ValueRange &range, bool saturates);
    /// Marks a value on the bar; std::nullopt removes the mark.
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

/// Formats three or four significant digits, as short as possible: "0", "1.25", "-0.0031", "1.2e+06".
QString valueText(double value);

/// A histogram as bars. Zero is marked if it lies inside.
class HistogramView : public QWidget {
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);

    /// Takes `counts` in equal bins over `range`. Heights go by the square root, so that few large values are still
    /// seen.
    void setCounts(std::vector<int> counts, const ValueRange &range);

    QSize sizeHint() const override { return {240, 76}; }
    QSize minimumSizeHint() const override { return {120, 56}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<int> m_counts;
    ValueRange m_range;
};

} // namespace reslens::widgets
