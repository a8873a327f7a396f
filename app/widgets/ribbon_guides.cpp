#include "widgets/ribbon_guides.h"

#include "widgets/block_marks.h"
#include "widgets/colour_legend.h"
#include "widgets/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kWordGap = 6, kGap = 16; // pixels after a sample, and between entries

bool hasOpposition(const models::BlockModel &model)
{
    for (int block = 0; block < model.blockCount(); ++block)
        for (const Direction direction : {Direction::Forward, Direction::Gradient}) {
            const ShareBar bar = shareBarOf(model, model.rowOf(block), model.rowOf(block), direction);
            if (bar.shares && (bar.shares->skip < 0 || bar.shares->branch < 0))
                return true;
        }
    return false;
}

bool hasSkip(const models::BlockModel &model, models::SkipKind kind)
{
    for (int row = 0; row < model.rowCount(); ++row)
        if (model.row(row).skip == kind)
            return true;
    return false;
}

} // namespace

RibbonLegend::RibbonLegend(const models::BlockModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_quantity(&models::blockQuantities().front())
{
    setAccessibleName(tr("Legend of the network"));
    connect(&model, &QAbstractItemModel::modelReset, this, &RibbonLegend::changeNumbers);
    connect(&model, &QAbstractItemModel::dataChanged, this, &RibbonLegend::changeNumbers);
}

void RibbonLegend::setQuantity(const study::Quantity &quantity)
{
    m_quantity = &quantity;
    changeNumbers();
}

void RibbonLegend::changeNumbers()
{
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

std::vector<RibbonLegend::Entry> RibbonLegend::entries() const
{
    using Sample = Entry::Sample;
    const Theme &theme = themeOf(palette());
    std::vector<Entry> entries;
    const auto addArc = [&](models::SkipKind kind, const QString &word, Qt::PenStyle line) {
        if (hasSkip(m_model, kind))
            entries.push_back({Sample::Arc, word, line, {}});
    };
    addArc(models::SkipKind::Identity, tr("identity"), Qt::SolidLine);
    addArc(models::SkipKind::Projection, tr("projection"), Qt::DashLine);
    addArc(models::SkipKind::ZeroPad, tr("zero-padded"), Qt::DotLine);
    if (hasOpposition(m_model))
        entries.push_back({Sample::Hatch, tr("opposes"), Qt::SolidLine, theme.muted});
    if (m_model.blockCount() > 0) {
        entries.push_back({Sample::Box, tr("skip"), Qt::SolidLine, theme.skip});
        entries.push_back({Sample::Box, tr("branch"), Qt::SolidLine, theme.branch});
    }
    const QuantityColours colours(m_model, *m_quantity, theme);
    if (colours.isShown())
        entries.push_back({Sample::Scale, models::nameOf(*m_quantity), Qt::SolidLine, {}});
    return entries;
}

QString RibbonLegend::text() const
{
    QStringList words;
    for (const Entry &entry : entries())
        words << entry.word;
    const QuantityColours colours(m_model, *m_quantity, themeOf(palette()));
    if (colours.isShown())
        words.last() +=
            tr(" %1 from %2 to %3")
                .arg(models::formulaOf(*m_quantity), valueText(colours.range().low), valueText(colours.range().high));
    return words.join(QStringLiteral(" · "));
}

int RibbonLegend::widthOf(const Entry &entry) const
{
    const int line = fontMetrics().height();
    const int word = fontMetrics().horizontalAdvance(entry.word) + 1;
    switch (entry.sample) {
    case Entry::Sample::Arc:
        return 3 * line / 2 + kWordGap + word;
    case Entry::Sample::Scale:
        return word + kWordGap + 6 * line + 2 * (fontMetrics().horizontalAdvance("-0.000e+00") + kWordGap);
    case Entry::Sample::Box:
    case Entry::Sample::Hatch:
        break;
    }
    return line + kWordGap + word;
}

QSize RibbonLegend::sizeHint() const
{
    int width = 0;
    for (const Entry &entry : entries())
        width += widthOf(entry) + kGap;
    return {width, fontMetrics().height() + 2};
}

void RibbonLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<Entry> all = entries();
    int right = width();
    for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
        const QRect rect(right - widthOf(*entry), 0, widthOf(*entry), height());
        if (rect.left() < 0)
            return;
        right = rect.left() - kGap;
        if (entry->sample == Entry::Sample::Scale) {
            paintScale(painter, rect);
            continue;
        }
        const int wordWidth = fontMetrics().horizontalAdvance(entry->word) + 1;
        painter.setPen(theme.muted);
        painter.drawText(rect.adjusted(rect.width() - wordWidth, 0, 1, 0), Qt::AlignVCenter, entry->word);
        paintSample(painter, *entry, rect.adjusted(0, 0, -wordWidth - kWordGap, 0));
    }
}

void RibbonLegend::paintSample(QPainter &painter, const Entry &entry, const QRect &rect) const
{
    const Theme &theme = themeOf(palette());
    if (entry.sample == Entry::Sample::Arc) {
        painter.setPen(QPen(theme.skip, 2, entry.line));
        painter.drawArc(
            QRect(rect.left() + 1, rect.center().y() - rect.width() / 5, rect.width() - 2, rect.width() / 2), 0,
            180 * 16);
        return;
    }
    const double side = fontMetrics().height() * 0.6; // a heading may be higher than its words
    const QRectF box(rect.right() - side, rect.center().y() - side / 2 + 0.5, side, side);
    if (entry.sample == Entry::Sample::Box)
        return painter.fillRect(box, entry.colour);
    const Shares negative{-1, 0};
    Theme grey = theme;
    grey.skip = entry.colour;
    paintShareBar(painter, box, {true, negative}, grey);
}

void RibbonLegend::paintScale(QPainter &painter, const QRect &rect) const
{
    const Theme &theme = themeOf(palette());
    const QuantityColours colours(m_model, *m_quantity, theme);
    const QString low = valueText(colours.range().low), high = valueText(colours.range().high);
    const int highWidth = fontMetrics().horizontalAdvance(high) + 1,
              lowWidth = fontMetrics().horizontalAdvance(low) + 1;
    const int barWidth = 6 * fontMetrics().height(), barHeight = fontMetrics().height() / 2;
    painter.setPen(theme.text);
    painter.drawText(rect.adjusted(rect.width() - highWidth, 0, 1, 0), Qt::AlignVCenter, high);
    const QRect bar(rect.right() - highWidth - kWordGap - barWidth, rect.center().y() - barHeight / 2, barWidth,
                    barHeight);
    for (int x = 0; x < bar.width(); ++x)
        painter.fillRect(bar.x() + x, bar.y(), 1, bar.height(),
                         QColor::fromRgb(colours.map().at(double(x) / (bar.width() - 1))));
    painter.drawText(QRect(bar.left() - kWordGap - lowWidth, 0, lowWidth + 1, height()), Qt::AlignVCenter, low);
    painter.setPen(theme.muted);
    const int nameWidth = fontMetrics().horizontalAdvance(models::nameOf(*m_quantity)) + 1;
    painter.drawText(QRect(bar.left() - 2 * kWordGap - lowWidth - nameWidth, 0, nameWidth + 1, height()),
                     Qt::AlignVCenter, models::nameOf(*m_quantity));
}

namespace {

constexpr double kEdge = 2; // pixels above and below the marks, for the frame

} // namespace

RibbonMinimap::RibbonMinimap(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Overview of the network"));
    setAccessibleDescription(tr("Click or drag to scroll the network"));
    setToolTip(tr("The whole network. Click or drag to scroll"));
    setCursor(Qt::PointingHandCursor);
}

void RibbonMinimap::setRibbon(const RibbonLayout &layout, std::vector<QColor> colours, int currentCell)
{
    m_layout = layout;
    m_colours = std::move(colours);
    m_current = currentCell;
    update();
}

void RibbonMinimap::setFrame(double left, double width)
{
    m_left = left;
    m_width = width;
    update();
}

QRectF RibbonMinimap::strip(double left, double width) const
{
    const double scale = m_layout.width > 0 ? this->width() / m_layout.width : 0;
    return {left * scale, kEdge, width * scale, height() - 2 * kEdge};
}

QRectF RibbonMinimap::frame() const
{
    return strip(m_left, m_width).adjusted(1, 1 - kEdge, -1, kEdge - 1);
}

QRectF RibbonMinimap::markOf(int cell) const
{
    const QRectF area = m_layout.cells[cell].area;
    QRectF mark = strip(area.left(), area.width()).adjusted(0, kEdge, 0, -kEdge);
    const double gap = std::min(1.0, mark.width() * 0.2);
    return mark.adjusted(gap, 0, -gap, 0);
}

QSize RibbonMinimap::sizeHint() const
{
    return {100, fontMetrics().height() + 2};
}

void RibbonMinimap::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme.surface, theme.raised, 0.5));
    painter.drawRoundedRect(rect(), 4, 4);
    for (int cell = 0; cell < int(m_layout.cells.size()); ++cell)
        painter.fillRect(markOf(cell), cell == m_current ? theme.accent : m_colours[cell]);
    QColor glass = theme.accent;
    glass.setAlphaF(0.12f);
    painter.setBrush(glass);
    painter.setPen(QPen(theme.accent, 1.6));
    painter.drawRoundedRect(frame(), 4, 4);
}

void RibbonMinimap::mousePressEvent(QMouseEvent *event)
{
    const QRectF held = frame();
    const double x = event->position().x();
    m_grip = held.left() <= x && x <= held.right() ? x - held.left() : held.width() / 2;
    mouseMoveEvent(event);
}

void RibbonMinimap::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        emit scrollRequested((event->position().x() - m_grip) * m_layout.width / std::max(1, width()));
}

} // namespace reslens::widgets
