#include "widgets/ribbon.h"

#include "widgets/block_marks.h"
#include "widgets/ribbon_guides.h"
#include "widgets/ribbon_painter.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kUsualLine = 14; // pixels; text height of the layout's usual sizes
constexpr int kMinimapGap = 4;

} // namespace

Ribbon::Ribbon(const models::BlockModel &model, QWidget *parent)
    : QAbstractScrollArea(parent), m_model(model), m_quantity(&models::blockQuantities().front()),
      m_minimap(new RibbonMinimap(this))
{
    setObjectName("plain");
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the minimap replaces it
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Network"));
    m_minimap->hide();
    connect(m_minimap, &RibbonMinimap::scrollRequested, this,
            [this](double left) { horizontalScrollBar()->setValue(int(std::lround(left))); });
    connect(&model, &QAbstractItemModel::modelReset, this, &Ribbon::startOver);
    connect(&model, &QAbstractItemModel::dataChanged, this, &Ribbon::showNumbers);
    layOut();
}

/// Forgets the stages of the previous network.
void Ribbon::startOver()
{
    m_view.collapsed.clear();
    m_view.pitch.reset();
    m_current = std::min(m_current, m_model.rowCount() - 1);
    m_hovered = -1;
    layOut();
}

void Ribbon::layOut()
{
    m_view.viewportWidth = viewport()->width();
    m_view.scale = fontMetrics().height() / kUsualLine;
    m_layout = layOutRibbon(m_model, m_view);
    QScrollBar *bar = horizontalScrollBar();
    bar->setRange(0, std::max(0, int(std::lround(m_layout.width)) - viewport()->width())); // ignores rounding errors
    bar->setPageStep(viewport()->width());
    bar->setSingleStep(int(40 * m_view.scale));
    placeMinimap();
    updateGeometry();
    showNumbers();
}

void Ribbon::placeMinimap()
{
    const bool isNeeded = horizontalScrollBar()->maximum() > 0;
    const int mapHeight = m_minimap->sizeHint().height();
    setViewportMargins(0, 0, 0, isNeeded ? mapHeight + kMinimapGap : 0);
    m_minimap->setGeometry(0, int(std::ceil(m_layout.height)) + kMinimapGap, width(), mapHeight);
    m_minimap->setVisible(isNeeded);
    m_minimap->setFrame(horizontalScrollBar()->value(), viewport()->width());
}

void Ribbon::showNumbers()
{
    const Theme &theme = themeOf(palette());
    const QuantityColours colours(m_model, *m_quantity, theme);
    std::vector<QColor> marks;
    for (const RibbonCell &cell : m_layout.cells) {
        const bool isBlock = m_model.blockOf(cell.firstRow) >= 0;
        marks.push_back(colours.colourOf(cell.firstRow, cell.lastRow)
                            .value_or(mixed(theme.surface, isBlock ? theme.branch : theme.muted, 0.55)));
    }
    m_minimap->setRibbon(m_layout, std::move(marks), m_layout.cellOf(m_current));
    if (m_current >= 0)
        setAccessibleDescription(m_model.index(m_current).data(Qt::AccessibleDescriptionRole).toString());
    viewport()->update();
}

QSize Ribbon::sizeHint() const
{
    const bool scrolls = horizontalScrollBar()->maximum() > 0;
    const int mapHeight = scrolls ? m_minimap->sizeHint().height() + kMinimapGap : 0;
    return {700, int(std::ceil(m_layout.height)) + mapHeight};
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
    if (row >= 0)
        showRow(row);
    showNumbers();
    emit currentRowChanged(row);
}

void Ribbon::setHoveredRow(int row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
}

void Ribbon::setQuantity(const study::Quantity &quantity)
{
    m_quantity = &quantity;
    showNumbers();
}

void Ribbon::setStageCollapsed(int stage, bool isCollapsed)
{
    if (isCollapsed)
        m_view.collapsed.insert(stage);
    else
        m_view.collapsed.erase(stage);
    layOut();
    if (m_current >= 0)
        showRow(m_current);
}

void Ribbon::setAllCollapsed(bool areCollapsed)
{
    m_view.collapsed.clear();
    for (const RibbonStage &stage : m_layout.stages)
        if (areCollapsed)
            m_view.collapsed.insert(stage.stage);
    layOut();
    if (m_current >= 0)
        showRow(m_current);
}

void Ribbon::zoomBy(double factor, double anchor)
{
    const double contents = anchor + horizontalScrollBar()->value();
    const auto nearest = std::ranges::min_element(
        m_layout.cells, {}, [contents](const RibbonCell &cell) { return std::abs(cell.box.center().x() - contents); });
    if (nearest == m_layout.cells.end())
        return;
    const std::size_t cell = std::size_t(nearest - m_layout.cells.begin());
    const double share = (contents - nearest->area.left()) / nearest->area.width();
    m_view.pitch = std::clamp(m_layout.pitch * factor, m_layout.smallest, m_layout.largest);
    layOut();
    const QRectF area = m_layout.cells[cell].area;
    horizontalScrollBar()->setValue(int(std::lround(area.left() + share * area.width() - anchor)));
}

void Ribbon::resetZoom()
{
    m_view.pitch.reset();
    layOut();
    if (m_current >= 0)
        showRow(m_current);
}

QPointF Ribbon::toContents(QPointF point) const
{
    return point + QPointF(horizontalScrollBar()->value(), 0);
}

QRectF Ribbon::boxOf(int row) const
{
    return m_layout.cells[m_layout.cellOf(row)].box.translated(-horizontalScrollBar()->value(), 0);
}

void Ribbon::showRow(int row)
{
    const double surroundings = std::min(90 * m_view.scale, viewport()->width() / 4.0); // stay visible around the block
    const QRectF box = boxOf(row).adjusted(-surroundings, 0, surroundings, 0);
    QScrollBar *bar = horizontalScrollBar();
    if (box.left() < 0)
        bar->setValue(bar->value() + int(box.left()));
    else if (box.right() > viewport()->width())
        bar->setValue(bar->value() + int(box.right()) - viewport()->width());
}

void Ribbon::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(viewport());
    if (m_layout.cells.empty()) {
        painter.setPen(theme.muted);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_placeholder);
        return;
    }
    const int left = horizontalScrollBar()->value();
    painter.translate(-left, 0);
    const QuantityColours colours(m_model, *m_quantity, theme);
    const RibbonScene scene{
        m_model,   m_layout, theme, colours, font(), m_layout.cellOf(m_current), m_current, m_layout.cellOf(m_hovered),
        hasFocus()};
    RibbonPainter(painter, scene).paint(left, left + viewport()->width());
}

void Ribbon::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_view.viewportWidth == viewport()->width())
        return placeMinimap(); // only the height has changed
    layOut();
    if (m_current >= 0)
        showRow(m_current);
}

void Ribbon::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange ||
        event->type() == QEvent::StyleChange)
        layOut();
}

void Ribbon::scrollContentsBy(int, int)
{
    m_minimap->setFrame(horizontalScrollBar()->value(), viewport()->width());
    viewport()->update();
}

} // namespace reslens::widgets
