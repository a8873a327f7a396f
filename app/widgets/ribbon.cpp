#include "widgets/ribbon.h"

#include "widgets/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr double kJoinRadius = 5.5;
constexpr double kArcRise = 58; // of the control points; the arc's top is at three quarters of it
constexpr double kRadius = 6;

QPen skipPen(models::SkipKind kind, const QColor &colour, double width)
{
    QPen pen(colour, width, Qt::SolidLine, Qt::RoundCap);
    if (kind == models::SkipKind::Projection)
        pen.setDashPattern({3, 2.2});
    if (kind == models::SkipKind::ZeroPad)
        pen.setDashPattern({0.6, 2.2});
    return pen;
}

QFont scaled(const QFont &font, double factor, bool isBold)
{
    QFont result = font;
    result.setPointSizeF(font.pointSizeF() * factor);
    result.setBold(isBold);
    return result;
}

} // namespace

Ribbon::Ribbon(const models::BlockModel &model, QWidget *parent) : QAbstractScrollArea(parent), m_model(model)
{
    setObjectName("plain");
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Network"));
    connect(&model, &QAbstractItemModel::modelReset, this, &Ribbon::layOut);
    layOut();
}

void Ribbon::layOut()
{
    m_layout = layOutRibbon(m_model, viewport()->width());
    m_current = std::min(m_current, m_model.rowCount() - 1);
    m_hovered = -1;
    horizontalScrollBar()->setRange(0, std::max(0, int(m_layout.width) - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(40);
    updateGeometry();
    viewport()->update();
}

QSize Ribbon::sizeHint() const
{
    const bool scrolls = horizontalScrollBar()->maximum() > 0;
    return {700, int(m_layout.height) + (scrolls ? horizontalScrollBar()->sizeHint().height() : 0)};
}

QSize Ribbon::minimumSizeHint() const
{
    return {240, sizeHint().height()};
}

void Ribbon::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

void Ribbon::setCurrentRow(int row)
{
    if (row == m_current || row >= m_model.rowCount())
        return;
    m_current = row;
    if (row >= 0) {
        setAccessibleDescription(m_model.index(row).data(Qt::AccessibleDescriptionRole).toString());
        showRow(row);
    }
    viewport()->update();
    emit currentRowChanged(row);
}

QPointF Ribbon::toContents(QPointF point) const
{
    return point + QPointF(horizontalScrollBar()->value(), 0);
}

QRectF Ribbon::boxOf(int row) const
{
    return m_layout.cells[row].box.translated(-horizontalScrollBar()->value(), 0);
}

void Ribbon::showRow(int row)
{
    constexpr int kSurroundings = 90; // pixels of the neighbours that stay in sight
    const QRectF box = boxOf(row).adjusted(-kSurroundings, 0, kSurroundings, 0);
    QScrollBar *bar = horizontalScrollBar();
    if (box.left() < 0)
        bar->setValue(bar->value() + int(box.left()));
    else if (box.right() > viewport()->width())
        bar->setValue(bar->value() + int(box.right()) - viewport()->width());
}

void Ribbon::setHovered(int row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
}

void Ribbon::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_layout.cells.empty()) {
        painter.setPen(themeOf(palette()).muted);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_placeholder);
        return;
    }
    painter.translate(-horizontalScrollBar()->value(), 0);
    paintStages(painter);
    paintStream(painter);
    for (int row = 0; row < int(m_layout.cells.size()); ++row) {
        paintSkip(painter, m_layout.cells[row], row == m_current);
        paintBox(painter, row);
    }
}

void Ribbon::paintStages(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    for (const RibbonStage &stage : m_layout.stages) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mixed(theme.surface, theme.raised, 0.75));
        painter.drawRoundedRect(stage.band, kRadius, kRadius);
        const QRectF line = stage.band.adjusted(9, 4, -4, 0);
        painter.setPen(theme.text);
        painter.setFont(scaled(font(), 0.86, true));
        painter.drawText(line, Qt::AlignLeft | Qt::AlignTop, stage.label);
        const double used = painter.fontMetrics().horizontalAdvance(stage.label) + 8;
        painter.setPen(theme.muted);
        painter.setFont(scaled(font(), 0.82, false));
        const QRectF rest = line.adjusted(used, 0, 0, 0);
        if (painter.fontMetrics().horizontalAdvance(stage.shape) <= rest.width())
            painter.drawText(rest, Qt::AlignLeft | Qt::AlignTop, stage.shape);
    }
}

void Ribbon::paintStream(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    painter.setPen(QPen(mixed(theme.border, theme.muted, 0.5), 2));
    painter.drawLine(QPointF(m_layout.cells.front().box.center().x(), m_layout.line),
                     QPointF(m_layout.cells.back().box.center().x(), m_layout.line));
}

void Ribbon::paintSkip(QPainter &painter, const RibbonCell &cell, bool isCurrent) const
{
    if (cell.skip == models::SkipKind::None)
        return;
    const Theme &theme = themeOf(palette());
    QPainterPath arc(cell.split);
    arc.cubicTo(cell.split - QPointF(0, kArcRise), cell.join - QPointF(0, kArcRise),
                cell.join - QPointF(0, kJoinRadius));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(skipPen(cell.skip, theme.skip, isCurrent ? 3 : 2));
    painter.drawPath(arc);
    painter.setPen(QPen(theme.skip, 1.6));
    painter.setBrush(theme.surface);
    painter.drawEllipse(cell.join, kJoinRadius, kJoinRadius);
    constexpr double kArm = kJoinRadius - 2.5;
    painter.drawLine(cell.join - QPointF(kArm, 0), cell.join + QPointF(kArm, 0));
    painter.drawLine(cell.join - QPointF(0, kArm), cell.join + QPointF(0, kArm));
}

void Ribbon::paintBox(QPainter &painter, int row) const
{
    const Theme &theme = themeOf(palette());
    const models::BlockRow &place = m_model.row(row);
    const QRectF box = m_layout.cells[row].box;
    const bool isCurrent = row == m_current;
    const QColor edge = isCurrent || row == m_hovered ? theme.accent : theme.border;
    painter.setPen(QPen(edge, isCurrent || row == m_hovered ? 2 : 1.2));
    painter.setBrush(isCurrent ? theme.accent : theme.surface);
    painter.drawRoundedRect(box, kRadius, kRadius);
    if (isCurrent && hasFocus()) {
        painter.setPen(QPen(theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(-3.5, -3.5, 3.5, 3.5), kRadius + 3, kRadius + 3);
    }
    painter.setPen(isCurrent ? theme.onAccent : theme.text);
    QFont label = scaled(font(), 0.9, isCurrent);
    if (QFontMetricsF(label).horizontalAdvance(place.shortName) > box.width() - 4)
        label = scaled(label, 0.82, isCurrent);
    painter.setFont(label);
    painter.drawText(box, Qt::AlignCenter, place.shortName);
}

void Ribbon::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
    if (m_current >= 0)
        showRow(m_current);
}

void Ribbon::mousePressEvent(QMouseEvent *event)
{
    if (const int row = m_layout.cellAt(toContents(event->position())); row >= 0)
        setCurrentRow(row);
}

void Ribbon::mouseMoveEvent(QMouseEvent *event)
{
    setHovered(m_layout.cellAt(toContents(event->position())));
}

void Ribbon::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (angle.x() != 0 ? angle.x() : angle.y()));
    event->accept();
}

void Ribbon::keyPressEvent(QKeyEvent *event)
{
    const int last = m_model.rowCount() - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrentRow(std::max(0, m_current - 1));
    case Qt::Key_Right:
        return setCurrentRow(std::min(last, m_current + 1));
    case Qt::Key_Home:
        return setCurrentRow(0);
    case Qt::Key_End:
        return setCurrentRow(last);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void Ribbon::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void Ribbon::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool Ribbon::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        setHovered(-1);
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int row = m_layout.cellAt(toContents(help->pos()));
        QToolTip::showText(help->globalPos(),
                           row >= 0 ? m_model.index(row).data(Qt::ToolTipRole).toString() : QString(), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace reslens::widgets
