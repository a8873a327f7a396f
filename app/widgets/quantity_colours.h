// A per-block quantity as colours: which map, which range, which text stays readable on it.
#pragma once

#include "models/block_model.h"
#include "widgets/colour_map.h"
#include "widgets/plane_image.h"
#include "widgets/theme.h"

#include <optional>

namespace reslens::widgets {

class QuantityColours {
public:
    /// The values of `model` as they are now.
    QuantityColours(const models::BlockModel &model, const models::BlockQuantity &quantity, const Theme &theme);

    /// False where there is no quantity, or no value of it.
    bool isShown() const { return m_range.has_value(); }
    const ColourMap &map() const { return *m_map; }
    ValueRange range() const;
    /// The mean of rows firstRow ... lastRow; nothing where no value is known.
    std::optional<QColor> colourOf(int firstRow, int lastRow) const;

private:
    std::vector<std::optional<double>> m_values;
    std::optional<models::QuantityRange> m_range;
    const ColourMap *m_map;
};

/// Black or white, whichever is easier to read on `background`.
QColor readableOn(const QColor &background);

} // namespace reslens::widgets
