#include "widgets/prediction_view.h"

#include "models/item_models.h"
#include "widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kHalfBar = 3, kBarHeight = 2 * kHalfBar;
constexpr int kPadding = 5;
constexpr int kRows = 5;

QFont nameFont(const QFont &font, bool isTop)
{
    QFont name = font;
    name.setBold(isTop);
    name.setPointSizeF(font.pointSizeF() * (isTop ? 1.15 : 1));
    return name;
}

QFont smallFont(const QFont &font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.8);
    return small;
}

/// Returns the height of the line with the bar and the logit.
int belowHeight(const QFont &font)
{
    return std::max(kBarHeight + 8, QFontMetrics(smallFont(font)).height());
}

int rowHeight(const QFont &font, bool isTop)
{
    return QFontMetrics(nameFont(font, isTop)).height() + belowHeight(font) - 2 + 2 * kPadding;
}

} // namespace

QSize PredictionDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {120, rowHeight(option.font, index.row() == 0)};
}

void PredictionDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    using models::PredictionModel;
    const Theme &theme = themeOf(option.palette);
    const bool isTarget = option.state & QStyle::State_Selected, isTop = index.row() == 0;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(option.rect).adjusted(1, 1, -1, -1);
    if (isTarget || option.state & QStyle::State_MouseOver) {
        painter->setPen(isTarget && option.state & QStyle::State_HasFocus ? QPen(theme.accent, 1.5) : QPen(Qt::NoPen));
        painter->setBrush(mixed(theme.surface, isTarget ? theme.accent : theme.raised, isTarget ? 0.12 : 0.6));
        painter->drawRoundedRect(card, 6, 6);
    }
    const double probability = index.data(PredictionModel::ProbabilityRole).toDouble();
    const QRect content = option.rect.adjusted(kPadding + 2, kPadding, -kPadding - 2, -kPadding);
    const QFont name = nameFont(option.font, isTop);
    const QFontMetrics metrics(name);
    const QString percent = models::percentText(probability);
    const int percentWidth = metrics.horizontalAdvance("100.0 %");
    painter->setFont(name);
    painter->setPen(theme.text);
    const QRect line(content.x(), content.y(), content.width(), metrics.height());
    painter->drawText(line, Qt::AlignRight | Qt::AlignVCenter, percent);
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data(PredictionModel::LabelRole).toString(), Qt::ElideRight,
                                         content.width() - percentWidth - 8));

    const QFont small = smallFont(option.font);
    painter->setFont(small);
    painter->setPen(theme.muted);
    const QString output = models::outputText(probability, index.data(PredictionModel::LogitRole).toDouble());
    const int outputWidth = std::max(QFontMetrics(small).horizontalAdvance(tr("logit") + " -00.00"),
                                     QFontMetrics(small).horizontalAdvance(output));
    const QRect below(content.x(), line.bottom() + 2, content.width(), belowHeight(option.font));
    painter->drawText(below, Qt::AlignRight | Qt::AlignVCenter, output);
    const QRectF groove(content.x(), below.center().y() - kHalfBar, content.width() - outputWidth - 10, kBarHeight);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.raised);
    painter->drawRoundedRect(groove, kBarHeight / 2.0, kBarHeight / 2.0);
    painter->setBrush(isTop ? theme.accent : mixed(theme.accent, theme.surface, 0.35));
    painter->drawRoundedRect(
        QRectF(groove.topLeft(),
               QSizeF(std::max(2.0, std::isnan(probability) ? 0 : groove.width() * probability), kBarHeight)),
        kBarHeight / 2.0, kBarHeight / 2.0);
    painter->restore();
}

PredictionView::PredictionView(QWidget *parent) : QListView(parent)
{
    setItemDelegate(new PredictionDelegate(this));
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setUniformItemSizes(false);
    setAccessibleName(tr("Predictions"));
}

QSize PredictionView::sizeHint() const
{
    int height = 0;
    for (int row = 0; row < kRows; ++row)
        height += rowHeight(font(), row == 0);
    return {260, height};
}

void PredictionView::copy() const
{
    if (!model())
        return;
    QStringList lines;
    for (int row = -1; row < model()->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model()->columnCount(); ++column)
            cells << (row < 0 ? model()->headerData(column, Qt::Horizontal) : model()->index(row, column).data())
                         .toString();
        lines << cells.join('\t');
    }
    QGuiApplication::clipboard()->setText(lines.join('\n') + '\n');
}

void PredictionView::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

void PredictionView::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (model() && model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(themeOf(palette()).muted);
    painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
}

void PredictionView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else
        QListView::keyPressEvent(event);
}

} // namespace reslens::widgets
