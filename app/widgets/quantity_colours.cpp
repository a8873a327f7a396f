#include "widgets/quantity_colours.h"

namespace reslens::widgets {

QuantityColours::QuantityColours(const models::BlockModel &model, const models::BlockQuantity &quantity,
                                 const Theme &theme)
    : m_values(model.values(quantity)), m_range(models::rangeOf(m_values, quantity.span)),
      m_map(!quantity.isSigned() ? &duskMap()
            : theme.isDark       ? &divergingDarkMap()
                                 : &divergingLightMap())
{
}

ValueRange QuantityColours::range() const
{
    return m_range ? ValueRange{float(m_range->low), float(m_range->high)} : ValueRange{};
}

std::optional<QColor> QuantityColours::colourOf(int firstRow, int lastRow) const
{
    double sum = 0;
    int count = 0;
    for (int row = firstRow; row <= lastRow; ++row)
        if (m_values[row]) {
            sum += *m_values[row];
            ++count;
        }
    if (count == 0)
        return std::nullopt;
    return QColor::fromRgb(widgets::colourOf(float(sum / count), range(), *m_map));
}

QColor readableOn(const QColor &background)
{
    constexpr double kMiddle = 0.64; // of OKLab's lightness: both have a contrast of about 4.5 there
    return okLabOf(background.rgb()).L > kMiddle ? QColor(0x10, 0x12, 0x17) : QColor(Qt::white);
}

} // namespace reslens::widgets
