// The ribbon's answers to the mouse and the keyboard.
#include "widgets/ribbon.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kZoomPerNotch = 1.15;

/// True for keys that the ribbon takes before the window's shortcuts.
bool isRibbonKey(const QKeyEvent &event)
{
    const bool isZoom = event.key() == Qt::Key_Plus || event.key() == Qt::Key_Equal || event.key() == Qt::Key_Minus ||
                        event.key() == Qt::Key_0;
    const bool isLetter = event.key() == Qt::Key_B || event.key() == Qt::Key_S || event.key() == Qt::Key_C;
    return (isZoom && event.modifiers() & Qt::ControlModifier) ||
           (isLetter && !(event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)));
}

} // namespace

ShortcutGroup Ribbon::shortcuts()
{
    return {tr("Network"),
            {{tr("Left, Right, Home, End"), tr("Select a block")},
             {tr("B, double-click on the box"), tr("Cut or restore the branch")},
             {tr("S, double-click on the arc"), tr("Cut or restore the skip")},
             {tr("C, click on the heading"), tr("Collapse or expand the stage")},
             {tr("Shift+C"), tr("Collapse or expand all stages")},
             {tr("Enter"), tr("Expand the stage")},
             {tr("Ctrl++, Ctrl+-, Ctrl+wheel"), tr("Zoom")},
             {tr("Ctrl+0"), tr("Show all blocks")}}};
}

bool Ribbon::isChangeable(int row) const
{
    const int cell = m_layout.cellOf(row);
    return cell >= 0 && !m_layout.cells[cell].isStage && m_model.blockOf(row) >= 0 && m_model.hasShortcut(row);
}

void Ribbon::toggle(int row, float nn::BlockScale::*factor)
{
    if (!isChangeable(row))
        return;
    nn::BlockScale scale = m_model.numbers(row).scale;
    scale.*factor = scale.*factor == 0 ? 1 : 0;
    emit scaleRequested(m_model.blockOf(row), scale);
}

void Ribbon::toggleStageOf(int row)
{
    if (row >= 0 && m_model.row(row).stage > 0)
        setStageCollapsed(m_model.row(row).stage, !isStageCollapsed(m_model.row(row).stage));
}

void Ribbon::step(int cells)
{
    if (m_layout.cells.empty())
        return;
    const int last = int(m_layout.cells.size()) - 1;
    const int cell = std::clamp(m_layout.cellOf(m_current) + cells, 0, last);
    setCurrentRow(m_layout.cells[cell].firstRow);
}

void Ribbon::hover(int row)
{
    if (row == m_hovered)
        return;
    setHoveredRow(row);
    emit hoveredRowChanged(row);
}

void Ribbon::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF point = toContents(event->position());
    if (const int stage = m_layout.headingAt(point); stage >= 0)
        return setStageCollapsed(m_layout.stages[stage].stage, !m_layout.stages[stage].isCollapsed);
    const int cell = m_layout.cellAt(point);
    if (cell >= 0 && !m_layout.cells[cell].contains(m_current))
        setCurrentRow(m_layout.cells[cell].firstRow);
}

void Ribbon::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QPointF point = toContents(event->position());
    const int index = m_layout.cellAt(point);
    if (event->button() != Qt::LeftButton || index < 0)
        return mousePressEvent(event); // a second click on a heading counts as a click
    const RibbonCell &cell = m_layout.cells[index];
    if (cell.isStage)
        toggleStageOf(cell.firstRow);
    else if (point.y() < cell.box.top())
        toggle(cell.firstRow, &nn::BlockScale::alpha);
    else
        toggle(cell.firstRow, &nn::BlockScale::beta);
}

void Ribbon::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF point = toContents(event->position());
    const int cell = m_layout.cellAt(point);
    hover(cell >= 0 ? m_layout.cells[cell].firstRow : -1);
    viewport()->setCursor(m_layout.headingAt(point) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void Ribbon::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    event->accept();
    if (event->modifiers() & Qt::ControlModifier)
        return zoomBy(std::pow(kZoomPerNotch, angle.y() / 120.0), event->position().x());
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (angle.x() != 0 ? angle.x() : angle.y()));
}

bool Ribbon::zoomByKey(const QKeyEvent &event)
{
    if (!(event.modifiers() & Qt::ControlModifier) || m_layout.cells.empty())
        return false;
    const double anchor = m_current >= 0 ? std::clamp(boxOf(m_current).center().x(), 0.0, double(viewport()->width()))
                                         : viewport()->width() / 2.0;
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kZoomStep, anchor);
        break;
    case Qt::Key_Minus:
        zoomBy(1 / kZoomStep, anchor);
        break;
    case Qt::Key_0:
        resetZoom();
        break;
    default:
        return false;
    }
    if (m_current >= 0)
        showRow(m_current);
    return true;
}

bool Ribbon::editByKey(const QKeyEvent &event)
{
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return false;
    switch (event.key()) {
    case Qt::Key_B:
        toggle(m_current, &nn::BlockScale::beta);
        return true;
    case Qt::Key_S:
        toggle(m_current, &nn::BlockScale::alpha);
        return true;
    case Qt::Key_C:
        if (event.modifiers() & Qt::ShiftModifier)
            setAllCollapsed(m_view.collapsed.size() < m_layout.stages.size());
        else
            toggleStageOf(m_current);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0 && isStageCollapsed(m_model.row(m_current).stage))
            toggleStageOf(m_current);
        return true;
    default:
        return false;
    }
}

void Ribbon::keyPressEvent(QKeyEvent *event)
{
    if (zoomByKey(*event) || editByKey(*event))
        return;
    QScrollBar *bar = horizontalScrollBar();
    switch (event->key()) {
    case Qt::Key_Left:
        return step(-1);
    case Qt::Key_Right:
        return step(1);
    case Qt::Key_Home:
        return setCurrentRow(0);
    case Qt::Key_End:
        return setCurrentRow(m_model.rowCount() - 1);
    case Qt::Key_PageUp:
        return bar->setValue(bar->value() - bar->pageStep());
    case Qt::Key_PageDown:
        return bar->setValue(bar->value() + bar->pageStep());
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

bool Ribbon::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && isRibbonKey(*static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return QAbstractScrollArea::event(event);
}

QString Ribbon::toolTipAt(QPointF point) const
{
    if (const int stage = m_layout.headingAt(point); stage >= 0)
        return m_layout.stages[stage].isCollapsed ? tr("Expand %1 (C)").arg(m_layout.stages[stage].label)
                                                  : tr("Collapse %1 (C)").arg(m_layout.stages[stage].label);
    const int index = m_layout.cellAt(point);
    if (index < 0)
        return {};
    const RibbonCell &cell = m_layout.cells[index];
    if (cell.isStage)
        return tr("layer%1: %2 to %3. The bars show their means; double-click or Enter expands")
            .arg(m_model.row(cell.firstRow).stage)
            .arg(m_model.row(cell.firstRow).shortName, m_model.row(cell.lastRow).shortName);
    return m_model.index(cell.firstRow).data(Qt::ToolTipRole).toString();
}

bool Ribbon::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        hover(-1);
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), toolTipAt(toContents(help->pos())), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace reslens::widgets
