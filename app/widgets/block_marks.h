// How a block's numbers are drawn: a quantity as a colour, the shares of skip and branch as a bar.
#pragma once

#include "models/block_model.h"
#include "widgets/colour_map.h"
#include "widgets/theme.h"

#include <QPainter>

#include <optional>

namespace reslens::widgets {

/// A per-block quantity as colours: which map, which range, which text stays readable on it.
class QuantityColours {
public:
    /// The values of `model` as they are now.
    QuantityColours(const models::BlockModel &model, const study::Quantity &quantity, const Theme &theme);

    /// False where there is no quantity, or no value of it.
    bool isShown() const { return m_range.has_value(); }
    const ColourMap &map() const { return *m_map; }
    ValueRange range() const;
    /// The mean of rows firstRow ... lastRow; nothing where no value is known.
    std::optional<QColor> colourOf(int firstRow, int lastRow) const;

private:
    std::vector<std::optional<double>> m_values;
    std::optional<study::QuantityRange> m_range;
    const ColourMap *m_map;
};

/// Black or white, whichever is easier to read on `background`.
QColor readableOn(const QColor &background);

enum class Direction { Forward, Gradient };

struct Shares {
    double skip = 0, branch = 0;
};

/// How much came by the skip and how much by the branch, as two parts of one bar. The shares sum to 1; where skip and
/// branch oppose each other, one of them is negative: it is drawn by its magnitude, and hatched. A bar without parts is
/// an empty frame.
struct ShareBar {
    bool isKnown = false;         // numbers have arrived
    std::optional<Shares> shares; // nothing where they are not defined

    /// |skip| / (|skip| + |branch|): where the bar is divided.
    double division() const;
};

/// The mean over the blocks in rows firstRow ... lastRow whose shares are defined.
ShareBar shareBarOf(const models::BlockModel &model, int firstRow, int lastRow, Direction direction);

void paintShareBar(QPainter &painter, const QRectF &rect, const ShareBar &bar, const Theme &theme);

} // namespace reslens::widgets
