#include "widgets/flow_view.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "widgets/colour_legend.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace reslens::widgets {

namespace {

constexpr double kAngleStep = 26;       // pixels per block that the angle's picture needs
constexpr double kAngleNumberStep = 58; // pixels per block that its number needs
constexpr double kMargin = 4;

double degreesOf(const analysis::Ratio &cosine)
{
    return std::acos(std::clamp(cosine.value, -1.0, 1.0)) * 180 / std::numbers::pi;
}

} // namespace

FlowView::FlowView(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Flow of the gradient"));
}

void FlowView::setFlow(std::shared_ptr<const analysis::GradientFlow> flow)
{
    m_flow = std::move(flow);
    layOut();
}

void FlowView::setLogarithmic(bool isLogarithmic)
{
    m_isLogarithmic = isLogarithmic;
    layOut();
}

void FlowView::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    update();
}

void FlowView::setMarks(int current, int hovered)
{
    m_current = current;
    m_hovered = hovered;
    setAccessibleDescription(textOf(current));
    update();
}

QFont FlowView::smallFont() const
{
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.88);
    return small;
}

bool FlowView::isZero() const
{
    return m_layout.thickness.highest() <= 0;
}

bool FlowView::hasSkips() const
{
    return std::ranges::any_of(m_flow->blocks, &analysis::BlockFlow::hasShortcut);
}

QString FlowView::complaint() const
{
    for (const analysis::BlockFlow &block : m_flow->blocks)
        if (!block.complaint.empty())
            return tr("%1: %2. ").arg(QString::fromStdString(block.name), QString::fromStdString(block.complaint));
    return {};
}

QString FlowView::caption() const
{
    if (isZero())
        return complaint() + tr("The gradient is 0 everywhere: J does not change with the picture.");
    if (!hasSkips())
        return complaint() + tr("A plain network has one way back: through every branch.");
    return complaint() + tr("Norms do not add: ‖g_x‖² = ‖g_s‖² + ‖g_F‖² + 2‖g_s‖‖g_F‖cos(g_s, g_F). The angle between "
                            "the two is drawn between their bands.");
}

double FlowView::legendHeight() const
{
    return QFontMetricsF(smallFont()).height() + 2;
}

double FlowView::captionHeight() const
{
    if (!m_flow)
        return 0;
    const QRectF room(0, 0, width() - 2 * kMargin, height());
    return QFontMetricsF(smallFont()).boundingRect(room, Qt::TextWordWrap, caption()).height() + 2;
}

QSize FlowView::minimumSizeHint() const
{
    return {320, int(8.5 * QFontMetricsF(smallFont()).height())};
}

void FlowView::layOut()
{
    const double stages = QFontMetricsF(smallFont()).height() + 2;
    const QRectF area = QRectF(rect()).adjusted(kMargin, stages, -kMargin, -captionHeight() - legendHeight());
    const double ends = QFontMetricsF(smallFont()).horizontalAdvance(tr("image %1").arg("1.23e-05")) + 10;
    m_layout = m_flow ? layOutFlow(*m_flow, area, ends, m_isLogarithmic) : FlowLayout();
    update();
}

void FlowView::paintStages(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const double bottom = m_layout.cells.front().area.bottom();
    int stage = 0;
    for (std::size_t b = 0; b < m_layout.cells.size(); ++b) {
        if (m_flow->blocks[b].stage == stage)
            continue;
        stage = m_flow->blocks[b].stage;
        const double x = m_layout.cells[b].area.left();
        painter.setPen(QPen(theme.border, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, 2), QPointF(x, bottom));
        painter.setPen(theme.muted);
        painter.drawText(QPointF(x + 4, QFontMetricsF(painter.font()).ascent() + 1),
                         QStringLiteral("layer%1").arg(stage));
    }
}

void FlowView::paintBands(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const QColor trunk = mixed(theme.surface, theme.muted, 0.55);
    for (std::size_t b = 0; b < m_layout.cells.size(); ++b) {
        const FlowCell &cell = m_layout.cells[b];
        QColor mark = int(b) == m_current ? theme.accent : theme.muted;
        mark.setAlphaF(int(b) == m_current ? 0.16f : 0.12f);
        if (int(b) == m_current || int(b) == m_hovered)
            painter.fillRect(cell.area, mark);
        painter.setPen(Qt::NoPen);
        painter.fillPath(cell.skipBand, theme.skip);
        painter.fillPath(cell.branchBand, theme.branch);
        painter.fillRect(cell.trunk, trunk);
        if (int(b) == m_current) {
            painter.setPen(QPen(theme.accent, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(cell.area);
        }
    }
    painter.fillPath(m_layout.stem, trunk);
    painter.fillRect(m_layout.loss, trunk);
}

void FlowView::paintAngle(QPainter &painter, std::size_t b) const
{
    const FlowCell &cell = m_layout.cells[b];
    const analysis::Ratio &cosine = m_flow->blocks[b].cosine;
    if (cell.area.width() < kAngleStep || !cosine.isDefined)
        return;
    const Theme &theme = themeOf(palette());
    const double radius = std::clamp((cell.branch.top() - cell.skip.bottom()) * 0.46, 3.0, 13.0);
    const double half = degreesOf(cosine) / 2 * std::numbers::pi / 180;
    const bool hasNumber = cell.area.width() >= kAngleNumberStep;
    const QPointF apex = cell.angle + QPointF(hasNumber ? -radius * 0.4 : radius * 0.4, 0);
    const QPointF reach(-std::cos(half) * radius, std::sin(half) * radius); // to the left, as the gradient runs
    painter.setPen(QPen(theme.skip, 2, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(apex, apex + QPointF(reach.x(), -reach.y()));
    painter.setPen(QPen(theme.branch, 2, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(apex, apex + reach);
    if (!hasNumber)
        return;
    painter.setPen(theme.text);
    const QRectF room(apex.x() + 4, apex.y() - 20, 40, 40);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, tr("%1°").arg(std::lround(degreesOf(cosine))));
}

void FlowView::paintEnds(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const QFontMetricsF metrics(painter.font());
    painter.setPen(theme.muted);
    const double y = metrics.ascent() + 1; // on the line of the stages' names
    painter.drawText(QPointF(m_layout.input.left(), y), tr("image %1").arg(valueText(m_flow->input.norm)));
    const QString loss = tr("from J %1").arg(valueText(m_flow->blocks.back().gy.norm));
    painter.drawText(QPointF(m_layout.loss.right() - metrics.horizontalAdvance(loss), y), loss);
}

void FlowView::paintLegend(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const QFontMetricsF metrics(painter.font());
    const double top = m_layout.cells.front().area.bottom() + 1, middle = top + metrics.height() / 2;
    double x = kMargin;
    const auto entry = [&](const QColor &colour, const QString &text) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(x, middle - 4, 12, 8), 2, 2);
        painter.setPen(theme.text);
        painter.drawText(QPointF(x + 17, top + metrics.ascent()), text);
        x += 17 + metrics.horizontalAdvance(text) + 16;
    };
    if (hasSkips())
        entry(theme.skip, tr("g_s through the skip"));
    entry(theme.branch, tr("g_F through the branch"));
    entry(mixed(theme.surface, theme.muted, 0.55), tr("g_x, both together"));
    const Thickness &thickness = m_layout.thickness;
    if (isZero())
        return;
    painter.setPen(theme.muted);
    painter.drawText(QPointF(x, top + metrics.ascent()),
                     m_isLogarithmic ? tr("thickness: logarithm of ‖g‖, thinnest %1, thickest %2")
                                           .arg(valueText(thickness.lowest()), valueText(thickness.highest()))
                                     : tr("thickness: ‖g‖, thickest %1").arg(valueText(thickness.highest())));
}

void FlowView::paintCaption(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const double height = captionHeight();
    painter.setPen(complaint().isEmpty() ? theme.muted : theme.bad);
    painter.drawText(QRectF(kMargin, this->height() - height, width() - 2 * kMargin, height), Qt::TextWordWrap,
                     caption());
}

void FlowView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_flow || m_flow->blocks.empty()) {
        painter.setPen(themeOf(palette()).muted);
        painter.drawText(rect().adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    painter.setFont(smallFont());
    paintStages(painter);
    paintBands(painter);
    for (std::size_t b = 0; b < m_layout.cells.size(); ++b)
        paintAngle(painter, b);
    paintEnds(painter);
    paintLegend(painter);
    paintCaption(painter);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(themeOf(palette()).accent, 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

QString FlowView::textOf(int index) const
{
    if (!m_flow || index < 0 || index >= int(m_flow->blocks.size()))
        return {};
    const analysis::BlockFlow &block = m_flow->blocks[std::size_t(index)];
    QStringList lines{QString::fromStdString(block.name)};
    if (!block.complaint.empty())
        lines << QString::fromStdString(block.complaint);
    for (const study::Quantity *quantity : study::quantitiesOf(study::Needs::Gradient))
        if (quantity->show.detail == study::Detail::Brief && (block.hasShortcut || !quantity->needsSkip))
            lines << QStringLiteral("%1 %2 = %3")
                         .arg(models::shortNameOf(*quantity), models::formulaOf(*quantity),
                              models::wordsOf(quantity->value({nullptr, &block, {}})));
    if (block.cosine.isDefined)
        lines << tr("an angle of %1° between the two").arg(degreesOf(block.cosine), 0, 'f', 1);
    return lines.join('\n');
}

bool FlowView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), textOf(m_layout.cellAt(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

void FlowView::resizeEvent(QResizeEvent *)
{
    layOut();
}

void FlowView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
}

void FlowView::mouseMoveEvent(QMouseEvent *event)
{
    emit blockHovered(m_layout.cellAt(event->position()));
}

void FlowView::mousePressEvent(QMouseEvent *event)
{
    if (const int block = m_layout.cellAt(event->position()); block >= 0)
        emit blockClicked(block);
}

void FlowView::keyPressEvent(QKeyEvent *event)
{
    const int by = (event->key() == Qt::Key_Right) - (event->key() == Qt::Key_Left);
    const int count = int(m_layout.cells.size());
    if (by == 0 || count == 0)
        return QWidget::keyPressEvent(event);
    emit blockClicked(m_current < 0 ? (by > 0 ? 0 : count - 1) : std::clamp(m_current + by, 0, count - 1));
}

void FlowView::leaveEvent(QEvent *)
{
    emit blockHovered(-1);
}

} // namespace reslens::widgets
