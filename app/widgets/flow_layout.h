// The geometry of the gradient's way back: from the loss at the right, through every block's skip and branch, to the
// input at the left. Pure geometry; thickness says how large a norm is.
#pragma once

#include "analysis/gradient_flow.h"

#include <QPainterPath>
#include <QRectF>

#include <vector>

namespace reslens::widgets {

/// From a norm to a thickness in pixels: proportional, or by its logarithm.
class Thickness {
public:
    Thickness() = default;
    /// `lowest` and `highest` of the norms that are shown, zeros aside; the highest is `most` thick.
    Thickness(double lowest, double highest, double most, bool isLogarithmic);

    /// 0 for 0, and for what is not finite.
    double of(double norm) const;
    double lowest() const { return m_low; }
    double highest() const { return m_high; } // 0: nothing is thick

private:
    double m_low = 0, m_high = 0, m_most = 0;
    bool m_isLogarithmic = false;
};

struct FlowCell {
    QRectF area;         // of the block, for pointing at it
    QRectF skip, branch; // the middles of the two bands: as high as they are thick
    QPainterPath skipBand, branchBand;
    QRectF trunk;  // between this block and the one before it: as high as g_x is thick
    QPointF angle; // where the angle between the two is drawn
};

struct FlowLayout {
    std::vector<FlowCell> cells; // one per block, first to last
    QPainterPath stem;           // from the first block to the image
    QRectF loss;                 // what arrives at the last block
    QRectF input;                // what arrives at the image
    double line = 0;             // y of the trunk
    Thickness thickness;

    /// The block at `point`; -1 where there is none.
    int cellAt(QPointF point) const;
};

/// Within `area`; `endWidth` is kept at both sides for the image and the loss.
FlowLayout layOutFlow(const analysis::GradientFlow &flow, const QRectF &area, double endWidth, bool isLogarithmic);

} // namespace reslens::widgets
