#include "widgets/block_marks.h"

#include <cmath>

namespace reslens::widgets {

QuantityColours::QuantityColours(const models::BlockModel &model, const study::Quantity &quantity, const Theme &theme)
    : m_values(model.values(quantity)), m_range(study::rangeOf(m_values, quantity.show.span)),
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
    constexpr double kMiddle = 0.64; // OKLab lightness at which black and white both have a contrast of about 4.5
    return okLabOf(background.rgb()).L > kMiddle ? QColor(0x10, 0x12, 0x17) : QColor(Qt::white);
}

namespace {

/// A plain block has no skip share: its sum is all branch.
std::optional<Shares> sharesOf(const analysis::Ratio &skip, const analysis::Ratio &branch)
{
    if (!branch.isDefined || !std::isfinite(branch.value) || !std::isfinite(skip.value))
        return std::nullopt;
    return Shares{skip.isDefined ? skip.value : 0, branch.value};
}

void paintPart(QPainter &painter, const QRectF &rect, const QColor &colour, bool isNegative)
{
    if (rect.width() <= 0)
        return;
    painter.setPen(Qt::NoPen);
    if (!isNegative) {
        painter.fillRect(rect, colour);
        return;
    }
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setPen(QPen(colour, 1.4));
    for (double x = rect.left() - rect.height(); x < rect.right(); x += 4)
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    painter.restore();
}

} // namespace

double ShareBar::division() const
{
    const double all = shares ? std::abs(shares->skip) + std::abs(shares->branch) : 0;
    return all > 0 ? std::abs(shares->skip) / all : 0;
}

ShareBar shareBarOf(const models::BlockModel &model, int firstRow, int lastRow, Direction direction)
{
    ShareBar bar;
    Shares sum;
    int count = 0;
    for (int row = firstRow; row <= lastRow; ++row) {
        const study::BlockFacts numbers = model.numbers(row);
        const bool isForward = direction == Direction::Forward;
        if (isForward ? !numbers.forward : !numbers.gradient)
            continue;
        bar.isKnown = true;
        const std::optional<Shares> shares = isForward
                                                 ? sharesOf(numbers.forward->skipShare, numbers.forward->branchShare)
                                                 : sharesOf(numbers.gradient->skipShare, numbers.gradient->branchShare);
        if (!shares)
            continue;
        sum = {sum.skip + shares->skip, sum.branch + shares->branch};
        ++count;
    }
    if (count > 0)
        bar.shares = Shares{sum.skip / count, sum.branch / count};
    return bar;
}

void paintShareBar(QPainter &painter, const QRectF &rect, const ShareBar &bar, const Theme &theme)
{
    if (!bar.shares) {
        painter.setBrush(bar.isKnown ? QBrush(Qt::NoBrush) : QBrush(mixed(theme.surface, theme.border, 0.5)));
        painter.setPen(bar.isKnown ? QPen(theme.border, 1) : QPen(Qt::NoPen));
        painter.drawRect(bar.isKnown ? rect.adjusted(0.5, 0.5, -0.5, -0.5) : rect);
        return;
    }
    QRectF skip = rect, branch = rect;
    skip.setRight(rect.left() + rect.width() * bar.division());
    branch.setLeft(skip.right());
    paintPart(painter, skip, theme.skip, bar.shares->skip < 0);
    paintPart(painter, branch, theme.branch, bar.shares->branch < 0);
}

} // namespace reslens::widgets
