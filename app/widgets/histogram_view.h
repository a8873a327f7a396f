// A histogram as bars; zero is marked where it lies inside.
#pragma once

#include "widgets/plane_image.h"

#include <QWidget>

#include <vector>

namespace reslens::widgets {

class HistogramView : public QWidget {
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);

    /// `counts` in equal bins over `range`; heights are by the square root, so that few large values are still seen.
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
