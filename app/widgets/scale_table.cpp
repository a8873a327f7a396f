#include "widgets/scale_table.h"

#include "models/item_models.h"
#include "widgets/theme.h"

#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

using models::ScaleModel;

namespace {

constexpr double kStep = 0.05;
constexpr int kPadding = 6;
constexpr int kLeastRoom = 6, kMostRoom = 18; // above and below the text of a row
constexpr double kGroove = 4, kHandle = 11;   // pixels

int numberWidth(const QFont &font)
{
    return QFontMetrics(font).horizontalAdvance(QStringLiteral("-0.00"));
}

int checkSide(const QFont &font)
{
    return QFontMetrics(font).ascent() + 2;
}

QRect checkIn(const QRect &rect, const QFont &font)
{
    const int side = checkSide(font);
    return {rect.x() + kPadding, rect.center().y() - side / 2, side, side};
}

void paintCheck(QPainter *painter, const QRectF &box, bool isChecked, const QColor &colour, const Theme &theme)
{
    painter->setPen(QPen(isChecked ? colour : theme.muted, 1.2));
    painter->setBrush(isChecked ? colour : theme.surface);
    painter->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (!isChecked)
        return;
    QPainterPath mark;
    mark.moveTo(box.x() + box.width() * 0.24, box.y() + box.height() * 0.54);
    mark.lineTo(box.x() + box.width() * 0.43, box.y() + box.height() * 0.72);
    mark.lineTo(box.x() + box.width() * 0.77, box.y() + box.height() * 0.30);
    painter->setPen(QPen(theme.surface, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(mark);
}

void paintSlider(QPainter *painter, const QRectF &groove, double factor, const QColor &colour, const Theme &theme)
{
    const auto at = [&](double value) {
        return groove.left() + groove.width() * std::clamp(value / ScaleDelegate::kSliderEnd, 0.0, 1.0);
    };
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.border);
    painter->drawRoundedRect(groove, kGroove / 2, kGroove / 2);
    painter->setBrush(theme.muted); // marks 1: the network as trained
    painter->drawRect(QRectF(at(1) - 0.5, groove.center().y() - 5, 1, 10));
    painter->setBrush(colour);
    painter->drawRoundedRect(QRectF(groove.left(), groove.top(), at(factor) - groove.left(), kGroove), kGroove / 2,
                             kGroove / 2);
    painter->drawEllipse(QPointF(at(factor), groove.center().y()), kHandle / 2, kHandle / 2);
}

double valueAt(double x, const QRectF &groove)
{
    const double value = (x - groove.left()) / std::max(1.0, groove.width()) * ScaleDelegate::kSliderEnd;
    return std::round(std::clamp(value, 0.0, ScaleDelegate::kSliderEnd) / kStep) * kStep;
}

} // namespace

void ScaleDelegate::setLimits(double smallest, double largest)
{
    m_smallest = smallest;
    m_largest = largest;
}

QRectF ScaleDelegate::grooveIn(const QRect &rect, const QFont &font)
{
    const double left = checkIn(rect, font).right() + 2 * kPadding;
    const double right = rect.right() - numberWidth(font) - 3 * kPadding;
    return {left, rect.center().y() - kGroove / 2 + 0.5, std::max(8.0, right - left), kGroove};
}

void ScaleDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() == ScaleModel::BlockColumn)
        return QStyledItemDelegate::paint(painter, option, index);
    QPalette colours = option.palette;
    colours.setCurrentColorGroup(QPalette::Active); // a disabled table's text does not tell light from dark
    const Theme &theme = themeOf(colours);
    const double factor = index.data(Qt::EditRole).toDouble();
    const bool isEnabled = option.state & QStyle::State_Enabled;
    const QColor way = index.column() == ScaleModel::SkipColumn ? theme.skip : theme.branch;
    const QColor colour = isEnabled ? way : theme.border;
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, mixed(theme.surface, theme.accent, 0.14));
    else if (option.features & QStyleOptionViewItem::Alternate)
        painter->fillRect(option.rect, mixed(theme.surface, theme.raised, 0.5));
    painter->setRenderHint(QPainter::Antialiasing);
    paintCheck(painter, checkIn(option.rect, option.font), factor != 0, colour, theme);
    paintSlider(painter, grooveIn(option.rect, option.font), factor, colour, theme);
    QFont font = option.font;
    font.setBold(factor != 1);
    painter->setFont(font);
    painter->setPen(factor == 1 || !isEnabled ? theme.muted : theme.text);
    painter->drawText(option.rect.adjusted(0, 0, -kPadding, 0), Qt::AlignRight | Qt::AlignVCenter,
                      index.data(Qt::DisplayRole).toString());
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(theme.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    painter->restore();
}

QSize ScaleDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() == ScaleModel::BlockColumn)
        return QStyledItemDelegate::sizeHint(option, index);
    return {checkSide(option.font) + numberWidth(option.font) + 80, option.fontMetrics.height() + 6};
}

QWidget *ScaleDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &index) const
{
    auto *box = new QDoubleSpinBox(parent);
    box->setRange(m_smallest, m_largest);
    box->setSingleStep(kStep);
    box->setFrame(false);
    box->setAccessibleName(index.data(Qt::AccessibleTextRole).toString());
    return box;
}

void ScaleDelegate::setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const
{
    auto *box = static_cast<QDoubleSpinBox *>(editor);
    box->interpretText();
    model->setData(index, box->value(), Qt::EditRole);
}

ScaleTable::ScaleTable(QWidget *parent) : QTableView(parent), m_delegate(new ScaleDelegate(this))
{
    setTabKeyNavigation(false); // arrows move between cells, and Tab leaves the table
    setItemDelegate(m_delegate);
    setFrameShape(NoFrame);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setMouseTracking(true);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(DoubleClicked | EditKeyPressed | AnyKeyPressed);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrap(false);
    verticalHeader()->hide();
    horizontalHeader()->setHighlightSections(false);
    setAccessibleName(tr("Skip and branch of every block"));
    spreadRows();
}

void ScaleTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(ScaleModel::BlockColumn, QHeaderView::ResizeToContents);
    connect(model, &QAbstractItemModel::modelReset, this, &ScaleTable::spreadRows);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &current) {
        if (!m_isSetting && current.isValid())
            emit currentBlockChanged(current.row());
    });
}

void ScaleTable::setCurrentBlock(int block)
{
    m_isSetting = true;
    const int column = currentIndex().isValid() ? currentIndex().column() : int(ScaleModel::BranchColumn);
    if (block < 0)
        clearSelection();
    else if (block != currentIndex().row() || !selectionModel()->isRowSelected(block))
        setCurrentIndex(model()->index(block, column));
    m_isSetting = false;
}

void ScaleTable::drag(const QPoint &point, int role)
{
    const QRectF groove = ScaleDelegate::grooveIn(visualRect(m_dragged), font());
    model()->setData(m_dragged, valueAt(point.x(), groove), role);
}

void ScaleTable::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->pos());
    const bool isFactor = index.isValid() && index.column() != ScaleModel::BlockColumn;
    if (event->button() == Qt::LeftButton && isFactor && isEnabled()) {
        const QRect cell = visualRect(index);
        if (checkIn(cell, font()).adjusted(-kPadding, -kPadding, kPadding / 2, kPadding).contains(event->pos())) {
            setCurrentIndex(index);
            const bool isOn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
            model()->setData(index, isOn ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
            return;
        }
        const QRectF groove = ScaleDelegate::grooveIn(cell, font()).adjusted(-kHandle / 2, -9, kHandle / 2, 9);
        if (groove.contains(event->position())) {
            setCurrentIndex(index);
            m_dragged = index;
            drag(event->pos(), ScaleModel::DragRole);
            return;
        }
    }
    QTableView::mousePressEvent(event);
}

void ScaleTable::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragged.isValid())
        return drag(event->pos(), ScaleModel::DragRole);
    emit hoveredBlock(indexAt(event->pos()).row());
    QTableView::mouseMoveEvent(event);
}

void ScaleTable::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_dragged.isValid())
        return QTableView::mouseReleaseEvent(event);
    drag(event->pos(), Qt::EditRole);
    m_dragged = QPersistentModelIndex();
}

/// Spreads few blocks over the available height.
void ScaleTable::spreadRows()
{
    const int rows = model() ? model()->rowCount() : 0, line = fontMetrics().height();
    const int each = rows > 0 ? viewport()->height() / rows : 0;
    verticalHeader()->setDefaultSectionSize(std::clamp(each, line + kLeastRoom, line + kMostRoom));
}

void ScaleTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    spreadRows();
}

void ScaleTable::leaveEvent(QEvent *event)
{
    QTableView::leaveEvent(event);
    emit hoveredBlock(-1);
}

} // namespace reslens::widgets
