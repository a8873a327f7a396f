#include "widgets/ribbon_painter.h"

#include "models/block_text.h"
#include "widgets/block_marks.h"

#include <QPainterPath>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr double kRadius = 6;

Qt::PenStyle styleOf(models::SkipKind kind)
{
    return kind == models::SkipKind::Identity ? Qt::SolidLine : Qt::CustomDashLine;
}

QPen skipPen(models::SkipKind kind, const QColor &colour, double width)
{
    QPen pen(colour, width, styleOf(kind), Qt::RoundCap);
    if (kind == models::SkipKind::Projection)
        pen.setDashPattern({3, 2.2});
    if (kind == models::SkipKind::ZeroPad)
        pen.setDashPattern({0.6, 2.2});
    return pen;
}

/// Returns the ground under a stage's cells.
QColor bandOf(const Theme &theme)
{
    return mixed(theme.surface, theme.raised, 0.75);
}

/// Returns the part of `path` between two shares of its length.
QPainterPath partOf(const QPainterPath &path, double from, double to)
{
    constexpr int kSteps = 24;
    QPainterPath part(path.pointAtPercent(from));
    for (int i = 1; i <= kSteps; ++i)
        part.lineTo(path.pointAtPercent(from + (to - from) * i / kSteps));
    return part;
}

QString factorText(float factor)
{
    return QStringLiteral("×%1").arg(double(factor), 0, 'g', 3);
}

} // namespace

void RibbonPainter::paint(double left, double right)
{
    m_painter.setRenderHint(QPainter::Antialiasing);
    const RibbonLayout &layout = m_scene.layout;
    const auto isSeen = [=](const QRectF &rect) { return rect.right() > left && rect.left() < right; };
    for (const RibbonStage &stage : layout.stages)
        if (isSeen(stage.band))
            paintStage(stage);
    paintStream();
    paintBarNames();
    for (int index = 0; index < int(layout.cells.size()); ++index) {
        const RibbonCell &cell = layout.cells[index];
        const double reach = px(kRadius + 4); // the current box's ring
        if (!isSeen(cell.area.adjusted(-reach, 0, reach, 0)))
            continue;
        paintSkip(cell, index == m_scene.currentCell);
        paintBox(index);
        if (isBlock(cell))
            paintBars(cell);
        paintComplaint(cell);
    }
}

void RibbonPainter::paintStage(const RibbonStage &stage)
{
    const Theme &theme = m_scene.theme;
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(bandOf(theme));
    m_painter.drawRoundedRect(stage.band, px(kRadius), px(kRadius));
    const QRectF line = stage.heading.adjusted(px(5), 0, -px(3), 0);
    m_painter.setFont(sized(0.86, true));
    const QFontMetricsF bold = QFontMetricsF(m_painter.font());
    double used = 0;
    const auto write = [&](const QString &text, const QColor &colour, const QFontMetricsF &metrics) {
        const double width = metrics.horizontalAdvance(text);
        if (used + width > line.width())
            return false;
        m_painter.setPen(colour);
        m_painter.drawText(line.adjusted(used, 0, px(8), 0), Qt::AlignLeft | Qt::AlignVCenter, text);
        used += width + px(6);
        return true;
    };
    const QString arrow = stage.isCollapsed ? QStringLiteral("▸") : QStringLiteral("▾");
    if (line.width() > bold.horizontalAdvance(arrow + stage.label) + px(6))
        write(arrow, theme.muted, bold);
    if (!write(stage.label, theme.text, bold))
        write(QString::number(stage.stage), theme.text, bold);
    m_painter.setFont(sized(0.82));
    write(stage.shape, theme.muted, QFontMetricsF(m_painter.font()));
}

void RibbonPainter::paintStream()
{
    const std::vector<RibbonCell> &cells = m_scene.layout.cells;
    m_painter.setPen(QPen(mixed(m_scene.theme.border, m_scene.theme.muted, 0.5), px(2)));
    m_painter.drawLine(QPointF(cells.front().box.center().x(), m_scene.layout.line),
                       QPointF(cells.back().box.center().x(), m_scene.layout.line));
}

/// Names the two bars, under the stem.
void RibbonPainter::paintBarNames()
{
    const std::vector<RibbonCell> &cells = m_scene.layout.cells;
    const auto block = std::ranges::find_if(cells, [this](const RibbonCell &cell) { return isBlock(cell); });
    if (block == cells.end())
        return;
    m_painter.setPen(m_scene.theme.muted);
    m_painter.setFont(sized(0.78));
    const QRectF stem = cells.front().box;
    for (const auto &[bar, name] : {std::pair(block->forwardBar, models::BlockModel::tr("sum u")),
                                    std::pair(block->gradientBar, models::BlockModel::tr("gradient"))})
        m_painter.drawText(QRectF(stem.left() - px(8), bar.top() - px(5), stem.width() + px(8), bar.height() + px(10)),
                           Qt::AlignRight | Qt::AlignVCenter, name);
}

void RibbonPainter::paintSkip(const RibbonCell &cell, bool isCurrent)
{
    if (cell.skip == models::SkipKind::None)
        return;
    const nn::BlockScale scale = scaleOf(cell);
    paintArc(cell, isCurrent, scale.alpha == 0);
    paintAddition(cell);
    if (scale.alpha != 1 && scale.alpha != 0)
        paintFactor(cell, scale.alpha);
}

/// Draws the number on the top of the arc, or a dot if there is no room for it.
void RibbonPainter::paintFactor(const RibbonCell &cell, float alpha)
{
    const Theme &theme = m_scene.theme;
    m_painter.setFont(sized(0.74, true));
    const QFontMetricsF metrics(m_painter.font());
    const double width = metrics.horizontalAdvance(factorText(alpha)) + px(3);
    const double top = m_scene.layout.line - 0.75 * m_scene.layout.arcRise;
    const QPointF centre((cell.split.x() + cell.join.x()) / 2, top + px(2));
    if (width > cell.area.width() * 0.8) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(theme.skip);
        m_painter.drawEllipse(centre, px(3.5), px(3.5));
        return;
    }
    const QRectF pill(centre - QPointF(width / 2, metrics.height() / 2), QSizeF(width, metrics.height()));
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(bandOf(theme));
    m_painter.drawRect(pill);
    m_painter.setPen(theme.skip);
    m_painter.drawText(pill, Qt::AlignCenter, factorText(alpha));
}

void RibbonPainter::paintArc(const RibbonCell &cell, bool isCurrent, bool isCut)
{
    const Theme &theme = m_scene.theme;
    const QPointF rise(0, m_scene.layout.arcRise);
    QPainterPath arc(cell.split);
    arc.cubicTo(cell.split - rise, cell.join - rise, cell.join - QPointF(0, m_scene.layout.joinRadius));
    const double width = std::clamp(cell.area.width() / px(22), 1.0, 2.0) + (isCurrent ? 1 : 0);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(skipPen(cell.skip, theme.skip, px(width)));
    if (!isCut) {
        m_painter.drawPath(arc);
        return;
    }
    m_painter.setPen(skipPen(cell.skip, mixed(theme.surface, theme.skip, 0.6), px(width)));
    m_painter.drawPath(partOf(arc, 0, 0.36));
    m_painter.drawPath(partOf(arc, 0.64, 1));
    const QPointF middle = arc.pointAtPercent(0.5);
    const double arm = std::min(px(5), cell.area.width() * 0.16);
    m_painter.setPen(QPen(theme.skip, px(2), Qt::SolidLine, Qt::RoundCap));
    m_painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm));
    m_painter.drawLine(middle - QPointF(arm, -arm), middle + QPointF(arm, -arm));
}

void RibbonPainter::paintAddition(const RibbonCell &cell)
{
    const double radius = m_scene.layout.joinRadius, arm = radius * 0.55;
    m_painter.setPen(QPen(m_scene.theme.skip, std::min(px(1.6), radius / 2)));
    m_painter.setBrush(m_scene.theme.surface);
    m_painter.drawEllipse(cell.join, radius, radius);
    m_painter.drawLine(cell.join - QPointF(arm, 0), cell.join + QPointF(arm, 0));
    m_painter.drawLine(cell.join - QPointF(0, arm), cell.join + QPointF(0, arm));
}

nn::BlockScale RibbonPainter::scaleOf(const RibbonCell &cell) const
{
    return cell.isStage ? nn::BlockScale{} : m_scene.model.numbers(cell.firstRow).scale;
}

QColor RibbonPainter::fillOf(int index) const
{
    const RibbonCell &cell = m_scene.layout.cells[index];
    if (const std::optional<QColor> colour = m_scene.colours.colourOf(cell.firstRow, cell.lastRow))
        return *colour;
    if (m_scene.colours.isShown() || scaleOf(cell).beta == 0)
        return m_scene.theme.surface;
    return index == m_scene.currentCell ? m_scene.theme.accent : m_scene.theme.surface;
}

void RibbonPainter::paintBox(int index)
{
    const Theme &theme = m_scene.theme;
    const RibbonCell &cell = m_scene.layout.cells[index];
    const bool isCurrent = index == m_scene.currentCell, isHovered = index == m_scene.hoveredCell;
    const bool isCut = scaleOf(cell).beta == 0;
    const QColor fill = fillOf(index), usual = isBlock(cell) ? mixed(theme.border, theme.branch, 0.7) : theme.border;
    const double radius = std::min(px(kRadius), cell.box.width() / 4);
    if (cell.isStage)
        paintStack(cell);
    const QColor broken = fill == theme.surface ? theme.branch : readableOn(fill);
    QPen edge(isCurrent || isHovered ? theme.accent : isCut ? broken : usual, px(isCurrent || isHovered ? 2 : 1.3));
    if (isCut)
        edge.setDashPattern({2.4, 2});
    m_painter.setPen(edge);
    m_painter.setBrush(fill);
    m_painter.drawRoundedRect(cell.box, radius, radius);
    if (m_scene.colours.isShown() && !m_scene.colours.colourOf(cell.firstRow, cell.lastRow) && isBlock(cell)) {
        m_painter.setBrush(QBrush(theme.border, Qt::BDiagPattern)); // no value: differs from any colour of the scale
        m_painter.drawRoundedRect(cell.box, radius, radius);
    }
    if (isCut)
        paintCross(cell.box, broken);
    if (isCurrent)
        paintFocus(cell.box);
    paintWords(index, fill == theme.surface ? theme.text : fill == theme.accent ? theme.onAccent : readableOn(fill));
}

/// Draws the blocks behind the first one of a collapsed stage.
void RibbonPainter::paintStack(const RibbonCell &cell)
{
    m_painter.setPen(QPen(mixed(m_scene.theme.border, m_scene.theme.branch, 0.7), px(1.3)));
    m_painter.setBrush(m_scene.theme.surface);
    for (const double offset : {px(6), px(3)})
        m_painter.drawRoundedRect(cell.box.translated(offset, -offset), px(kRadius), px(kRadius));
}

void RibbonPainter::paintCross(const QRectF &box, const QColor &colour)
{
    m_painter.setPen(QPen(colour, px(1.3)));
    const double inset = std::min(px(3), box.width() * 0.15);
    const QRectF inner = box.adjusted(inset, inset, -inset, -inset);
    m_painter.drawLine(inner.topLeft(), inner.bottomRight());
    m_painter.drawLine(inner.bottomLeft(), inner.topRight());
}

/// Draws a ring around the current box: full with keyboard focus, faint without.
void RibbonPainter::paintFocus(const QRectF &box)
{
    const Theme &theme = m_scene.theme;
    if (!m_scene.hasFocus && !m_scene.colours.isShown())
        return;
    const double reach = px(3.5), radius = std::min(px(kRadius), box.width() / 4) + reach;
    m_painter.setPen(
        QPen(theme.accent, px(m_scene.hasFocus ? 1.8 : 1), m_scene.hasFocus ? Qt::SolidLine : Qt::DotLine));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRoundedRect(box.adjusted(-reach, -reach, reach, reach), radius, radius);
}

QStringList RibbonPainter::wordsOf(const RibbonCell &cell) const
{
    const models::BlockModel &model = m_scene.model;
    if (!cell.isStage) {
        const float beta = model.numbers(cell.firstRow).scale.beta;
        QStringList words{model.row(cell.firstRow).shortName};
        if (beta != 1 && beta != 0)
            words << factorText(beta);
        return words;
    }
    const int blocks = cell.lastRow - cell.firstRow + 1;
    int changed = 0;
    for (int row = cell.firstRow; row <= cell.lastRow; ++row)
        changed += model.numbers(row).scale != nn::BlockScale{};
    QStringList words{models::BlockModel::tr("%n block(s)", nullptr, blocks).replace("(s)", blocks == 1 ? "" : "s")};
    if (changed > 0)
        words << models::BlockModel::tr("%1 changed").arg(changed);
    else if (cell.contains(m_scene.currentRow))
        words << QStringLiteral("→ ") + model.row(m_scene.currentRow).shortName;
    return words;
}

void RibbonPainter::paintWords(int index, const QColor &colour)
{
    const RibbonCell &cell = m_scene.layout.cells[index];
    const bool isCurrent = index == m_scene.currentCell, isCut = scaleOf(cell).beta == 0;
    const QStringList words = wordsOf(cell);
    for (const double size : {words.size() > 1 ? 0.82 : 0.9, 0.74, 0.66}) {
        const QFontMetricsF metrics(sized(size, isCurrent));
        double width = 0;
        for (const QString &word : words)
            width = std::max(width, metrics.horizontalAdvance(word));
        if (width > cell.box.width() - px(3))
            continue;
        m_painter.setFont(sized(size, isCurrent));
        if (isCut) { // keeps the cross behind the name
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(fillOf(index));
            m_painter.drawRect(QRectF(cell.box.center() - QPointF(width / 2 + 1, metrics.ascent() / 2),
                                      QSizeF(width + 2, metrics.ascent())));
        }
        m_painter.setPen(colour);
        m_painter.drawText(cell.box, Qt::AlignCenter, words.join(u'\n'));
        return;
    }
}

void RibbonPainter::paintBars(const RibbonCell &cell)
{
    const models::BlockModel &model = m_scene.model;
    m_painter.setRenderHint(QPainter::Antialiasing, false); // a share needs a sharp end
    paintShareBar(m_painter, cell.forwardBar, shareBarOf(model, cell.firstRow, cell.lastRow, Direction::Forward),
                  m_scene.theme);
    paintShareBar(m_painter, cell.gradientBar, shareBarOf(model, cell.firstRow, cell.lastRow, Direction::Gradient),
                  m_scene.theme);
    m_painter.setRenderHint(QPainter::Antialiasing);
}

/// Marks the corner of a box with numbers that are not finite, or dead.
void RibbonPainter::paintComplaint(const RibbonCell &cell)
{
    bool isFine = true;
    for (int row = cell.firstRow; row <= cell.lastRow; ++row)
        isFine = isFine && models::complaintsOf(m_scene.model.numbers(row)).isEmpty();
    if (isFine)
        return;
    const double radius = std::min(px(7), cell.box.width() / 3);
    const QPointF centre = cell.box.bottomRight() - QPointF(radius * 0.4, radius * 0.4);
    m_painter.setPen(QPen(m_scene.theme.surface, px(1.2)));
    m_painter.setBrush(m_scene.theme.bad);
    m_painter.drawEllipse(centre, radius, radius);
    m_painter.setPen(m_scene.theme.surface);
    m_painter.setFont(sized(0.74, true));
    m_painter.drawText(QRectF(centre - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)), Qt::AlignCenter, "!");
}

QFont RibbonPainter::sized(double factor, bool isBold) const
{
    QFont font = m_scene.font;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(std::max(1, int(font.pixelSize() * factor)));
    font.setBold(isBold);
    return font;
}

} // namespace reslens::widgets
