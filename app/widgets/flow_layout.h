// The geometry of the gradient's way back: from the loss at the right, through every block's skip and branch, to the
// input at the left. A thickness stands for a norm.
#pragma once

#include "analysis/gradient_flow.h"

#include <QPainterPath>
#include <QRectF>

#include <vector>

namespace reslens::widgets {

/// Maps a norm to a thickness in pixels, proportionally or by its logarithm.
class Thickness {
public:
    Thickness() = default;
    /// `lowest` and `highest` are the extremes of the shown norms without zeros. The highest is `most` pixels thick.
    Thickness(double lowest, double highest, double most, bool isLogarithmic);

    /// Returns 0 for 0 and for norms that are not finite.
    double of(double norm) const;
    double lowest() const { return m_low; }
    double highest() const { return m_high; } // 0: nothing is thick

private:
    double m_low = 0, m_high = 0, m_most = 0;
    bool m_isLogarithmic = false;
};

struct FlowCell {
    QRectF area;         // the block, for the mouse
    QRectF skip, branch; // the middles of the two bands, as high as the bands are thick
    QPainterPath skipBand, branchBand;
    QRectF trunk;  // between this block and the previous one, as high as g_x is thick
    QPointF angle; // place of the angle between the two
};

struct FlowLayout {
    std::vector<FlowCell> cells; // one per block, first to last
    QPainterPath stem;           // from the first block to the image
    QRectF loss;                 // the gradient at the last block
    QRectF input;                // the gradient at the image
    double line = 0;             // y of the trunk
    Thickness thickness;

    /// Returns the block at `point`, or -1.
    int cellAt(QPointF point) const;
};

/// Lays out within `area`, and keeps `endWidth` at both sides for the image and the loss.
FlowLayout layOutFlow(const analysis::GradientFlow &flow, const QRectF &area, double endWidth, bool isLogarithmic);

} // namespace reslens::widgets
