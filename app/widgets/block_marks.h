// The marks of a block's numbers: a quantity as a colour, the shares of skip and branch as a bar.
#pragma once

#include "models/block_model.h"
#include "widgets/colour_map.h"
#include "widgets/theme.h"

#include <QPainter>

#include <optional>

namespace reslens::widgets {

/// A quantity of the blocks as colours: the map, the range, and a text colour that stays readable.
class QuantityColours {
public:
    /// Takes a copy of the current values of `model`.
    QuantityColours(const models::BlockModel &model, const study::Quantity &quantity, const Theme &theme);

    /// False without a quantity, or if no block has a value of it.
    bool isShown() const { return m_range.has_value(); }
    const ColourMap &map() const { return *m_map; }
    ValueRange range() const;
    /// Returns the colour of the mean over rows firstRow ... lastRow; empty if no value is known.
    std::optional<QColor> colourOf(int firstRow, int lastRow) const;

private:
    std::vector<std::optional<double>> m_values;
    std::optional<study::QuantityRange> m_range;
    const ColourMap *m_map;
};

/// Returns black or white, whichever is easier to read on `background`.
QColor readableOn(const QColor &background);

enum class Direction { Forward, Gradient };

struct Shares {
    double skip = 0, branch = 0;
};

/// The shares of skip and branch as the two parts of one bar. The shares sum to 1. If skip and branch oppose each
/// other, one share is negative: it is drawn by its magnitude and hatched. A bar without shares is an empty frame.
struct ShareBar {
    bool isKnown = false;         // numbers have arrived
    std::optional<Shares> shares; // empty if they are not defined

    /// Returns |skip| / (|skip| + |branch|), the place where the bar is divided.
    double division() const;
};

/// Returns the mean over the blocks in rows firstRow ... lastRow whose shares are defined.
ShareBar shareBarOf(const models::BlockModel &model, int firstRow, int lastRow, Direction direction);

void paintShareBar(QPainter &painter, const QRectF &rect, const ShareBar &bar, const Theme &theme);

} // namespace reslens::widgets
