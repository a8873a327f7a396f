#include "widgets/lens_strip.h"

#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace reslens::widgets {

namespace {

constexpr int kSide = 10, kGap = 10;     // pixels around everything, and between rows
constexpr int kUnder = 6;                // pixels under the axis
constexpr double kLastShare = 0.07;      // share of the width for the whole network's answer, at depth 1
constexpr int kTallest = 130, kLow = 22; // heights of a strip

} // namespace

LensStrip::LensStrip(QWidget *parent) : MapCanvas(tr("Skip lens: the top class at each depth"), parent) {}

void LensStrip::setRows(std::vector<LensRow> rows)
{
    m_rows = std::move(rows);
    m_row = 0;
    while (m_row + 1 < planeCount() && cellCount(m_row) == 0)
        ++m_row;
    speak();
    updateGeometry();
    update();
}

void LensStrip::setMark(std::optional<double> depth)
{
    MapCanvas::setMark(depth ? std::optional(QPointF(*depth, 0.5)) : std::nullopt);
}

QSize LensStrip::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {240, int(std::max<std::size_t>(1, m_rows.size())) * (line + kLow + kGap) + 2 * line + kUnder};
}

QSize LensStrip::sizeHint() const
{
    return minimumSizeHint() + QSize(400, 60);
}

/// A row with only a note is as high as three lines. The other rows share the rest.
int LensStrip::rowHeight(int row) const
{
    const int line = fontMetrics().height();
    const int low = 3 * line + kGap;
    if (m_rows[std::size_t(row)].cells.empty())
        return low;
    const int empty = int(std::ranges::count_if(m_rows, [](const LensRow &one) { return one.cells.empty(); }));
    const int left = height() - 2 * line - kUnder - empty * low;
    return std::min(line + 2 + kTallest + kGap, left / std::max(1, int(m_rows.size()) - empty));
}

int LensStrip::rowTop(int row) const
{
    int top = 0;
    for (int above = 0; above < row; ++above)
        top += rowHeight(above);
    return top;
}

QRectF LensStrip::planeRect(int row) const
{
    const int line = fontMetrics().height() + 2;
    const double high = std::clamp(rowHeight(row) - line - kGap, kLow, kTallest);
    return QRectF(kSide, rowTop(row) + line, width() - 2 * kSide, high);
}

QRectF LensStrip::cellRect(int row, int cell) const
{
    const std::vector<LensCell> &cells = m_rows[std::size_t(row)].cells;
    const QRectF strip = planeRect(row);
    const double until = strip.width() * (1 - kLastShare);
    const bool isLast = cell + 1 >= int(cells.size());
    const double left = strip.left() + until * cells[std::size_t(cell)].depth;
    const double right = isLast ? strip.right() : strip.left() + until * cells[std::size_t(cell) + 1].depth;
    return {left, strip.top(), right - left, strip.height()};
}

int LensStrip::cellCount(int row) const
{
    return row >= 0 && row < planeCount() ? int(m_rows[std::size_t(row)].cells.size()) : 0;
}

PixelAt LensStrip::cellOf(int row, int cell) const
{
    const LensCell &found = m_rows[std::size_t(row)].cells[std::size_t(cell)];
    return {row, 0, cell, float(found.probability), {found.depth, 0.5}};
}

std::optional<PixelAt> LensStrip::pixelAt(QPointF point) const
{
    for (int row = 0; row < planeCount(); ++row)
        for (int cell = 0; cell < cellCount(row); ++cell)
            if (cellRect(row, cell).contains(point))
                return cellOf(row, cell);
    return std::nullopt;
}

int LensStrip::markedCell() const
{
    int cell = -1;
    while (mark() && cell + 1 < cellCount(m_row) && cellOf(m_row, cell + 1).fraction.x() <= mark()->x())
        ++cell;
    return cell;
}

/// Skips rows that have only a note.
void LensStrip::step(QPoint by)
{
    const int stride = std::clamp(by.y(), -1, 1);
    int row = m_row + stride;
    while (stride != 0 && row >= 0 && row < planeCount() && cellCount(row) == 0)
        row += stride;
    if (cellCount(row) > 0)
        m_row = row;
    if (const int count = cellCount(m_row); count > 0)
        emit picked(cellOf(m_row, std::clamp(markedCell() + by.x(), 0, count - 1)));
}

QString LensStrip::spokenText() const
{
    const int cell = markedCell();
    const LensRow *row = cell < 0 ? nullptr : &m_rows[std::size_t(m_row)];
    return row ? row->name + ": " + row->cells[std::size_t(cell)].text : QString();
}

void LensStrip::paintRow(QPainter &painter, int row) const
{
    const Theme &theme = themeOf(palette());
    const LensRow &shown = m_rows[std::size_t(row)];
    const int line = fontMetrics().height();
    const QRectF strip = planeRect(row);
    const QRectF head(kSide, rowTop(row), width() - 2 * kSide, line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(shown.colour);
    painter.drawEllipse(QPointF(head.left() + 4, head.center().y()), 4, 4);
    QFont strong = font();
    strong.setBold(true);
    painter.setFont(strong);
    painter.setPen(theme.text);
    const QString name = QFontMetrics(strong).elidedText(shown.name, Qt::ElideMiddle, int(head.width() / 2));
    painter.drawText(head.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    const double nameEnd = 14 + QFontMetrics(strong).horizontalAdvance(name) + 12;
    painter.setFont(font());
    painter.setPen(theme.muted);
    if (shown.cells.empty()) {
        painter.drawText(strip, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, shown.note);
        return;
    }
    painter.drawText(head.adjusted(nameEnd, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(shown.note, Qt::ElideRight, int(head.width() - nameEnd)));
    painter.setPen(Qt::NoPen);
    for (int c = 0; c < int(shown.cells.size()); ++c) {
        const LensCell &cell = shown.cells[std::size_t(c)];
        const QRectF rect = cellRect(row, c).adjusted(0.5, 0, -0.5, 0);
        painter.setBrush(mixed(theme.surface, cell.colour, 0.16));
        painter.drawRect(rect);
        painter.setBrush(mixed(theme.surface, cell.colour, 0.62));
        const double high =
            std::isfinite(cell.probability) ? rect.height() * std::clamp(cell.probability, 0.0, 1.0) : 0;
        painter.drawRect(QRectF(rect.left(), rect.bottom() - high, rect.width(), high));
    }
    paintLabels(painter, row);
}

/// Neighbours of one class share a label across their joint width.
void LensStrip::paintLabels(QPainter &painter, int row) const
{
    const Theme &theme = themeOf(palette());
    const std::vector<LensCell> &cells = m_rows[std::size_t(row)].cells;
    painter.setPen(theme.text);
    for (int first = 0; first < int(cells.size());) {
        int last = first;
        while (last + 1 < int(cells.size()) && cells[std::size_t(last) + 1].label == cells[std::size_t(first)].label)
            ++last;
        const QRectF run = cellRect(row, first).united(cellRect(row, last)).adjusted(4, 0, -3, 0);
        const QString text =
            fontMetrics().elidedText(cells[std::size_t(first)].label, Qt::ElideRight, int(run.width()));
        if (text.size() > 2 || text == cells[std::size_t(first)].label)
            painter.drawText(run, Qt::AlignLeft | Qt::AlignVCenter, text);
        if (first > 0) {
            const double x = cellRect(row, first).left();
            painter.drawLine(QPointF(x, run.top()), QPointF(x, run.bottom()));
        }
        first = last + 1;
    }
}

void LensStrip::paintAxis(QPainter &painter) const
{
    const QRectF strip = planeRect(int(m_rows.size()) - 1);
    const double until = strip.width() * (1 - kLastShare);
    const int line = fontMetrics().height();
    painter.setPen(themeOf(palette()).muted);
    for (const auto &[depth, text] : {std::pair{0.0, tr("stem")}, {0.25, "0.25"}, {0.5, "0.5"}, {0.75, "0.75"}}) {
        const double x = strip.left() + until * depth;
        painter.drawLine(QPointF(x, strip.bottom()), QPointF(x, strip.bottom() + 4));
        painter.drawText(QRectF(x + 3, strip.bottom() + 2, 120, line), Qt::AlignLeft | Qt::AlignVCenter, text);
    }
    const QString end = tr("whole network");
    painter.drawText(QRectF(strip.right() - 160, strip.bottom() + 2, 160, line), Qt::AlignRight | Qt::AlignVCenter,
                     end);
    painter.drawText(QRectF(strip.left(), strip.bottom() + 2 + line, strip.width(), line),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_caption, Qt::ElideRight, int(strip.width())));
}

void LensStrip::paintPlanes(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < int(m_rows.size()); ++row)
        paintRow(painter, row);
    paintAxis(painter);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(framePen());
        painter.drawRect(planeRect(m_row));
    }
    if (!mark())
        return;
    painter.setPen(QPen(themeOf(palette()).accent, 2));
    for (int row = 0; row < int(m_rows.size()); ++row) {
        const QRectF strip = planeRect(row);
        const double x = strip.left() + strip.width() * (1 - kLastShare) * mark()->x();
        if (!m_rows[std::size_t(row)].cells.empty())
            painter.drawLine(QPointF(x, strip.top() - 2), QPointF(x, strip.bottom() + 2));
    }
}

bool LensStrip::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto at = pixelAt(help->pos());
    const QString text = at ? m_rows[std::size_t(at->channel)].cells[std::size_t(at->column)].text : QString();
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace reslens::widgets
