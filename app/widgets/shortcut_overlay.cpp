#include "widgets/shortcut_overlay.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kColumnWidth = 340;
constexpr int kKeysWidth = 132;
constexpr int kLine = 25;
constexpr int kMargin = 32;

int linesOf(const ShortcutGroup &group)
{
    return int(group.entries.size()) + 2;
} // title and a blank line

/// Returns the column of each group. Columns are filled one after the other, up to an equal share of the lines.
std::vector<int> columnsFor(const std::vector<ShortcutGroup> &groups, int columns)
{
    int total = 0;
    for (const ShortcutGroup &group : groups)
        total += linesOf(group);
    std::vector<int> result;
    int used = 0;
    for (const ShortcutGroup &group : groups) {
        result.push_back(std::min(columns - 1, (used + linesOf(group) / 2) * columns / std::max(1, total)));
        used += linesOf(group);
    }
    return result;
}

} // namespace

ShortcutOverlay::ShortcutOverlay(std::vector<ShortcutGroup> groups, QWidget *window)
    : QWidget(window), m_groups(std::move(groups))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keyboard shortcuts"));
    setGeometry(window->rect());
    window->installEventFilter(this);
    show();
    raise();
    setFocus();
}

void ShortcutOverlay::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), QColor(0, 0, 0, 150));

    const int columns = std::clamp((width() - 4 * kMargin) / kColumnWidth, 1, 2);
    const std::vector<int> columnOf = columnsFor(m_groups, columns);
    std::vector<int> lines(columns, 0);
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        lines[columnOf[i]] += linesOf(m_groups[i]);
    const int contentHeight = *std::ranges::max_element(lines) * kLine;
    QRect sheet(0, 0, columns * kColumnWidth + 2 * kMargin, contentHeight + 2 * kMargin + kLine);
    sheet.moveCenter(rect().center());
    painter.setPen(theme.border);
    painter.setBrush(theme.surface);
    painter.drawRoundedRect(sheet, 12, 12);

    QFont title = font(), strong = font();
    title.setPointSizeF(font().pointSizeF() * 1.4);
    title.setBold(true);
    strong.setBold(true);
    painter.setFont(title);
    painter.setPen(theme.text);
    painter.drawText(sheet.adjusted(kMargin, kMargin - 8, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                     tr("Keyboard shortcuts"));
    std::vector<int> y(columns, sheet.y() + kMargin + kLine + 12);
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const int column = columnOf[i], x = sheet.x() + kMargin + column * kColumnWidth;
        painter.setFont(strong);
        painter.setPen(theme.accent);
        painter.drawText(QRect(x, y[column], kColumnWidth, kLine), Qt::AlignVCenter, m_groups[i].title);
        y[column] += kLine;
        painter.setFont(font());
        for (const ShortcutGroup::Entry &entry : m_groups[i].entries) {
            painter.setPen(theme.text);
            painter.drawText(QRect(x, y[column], kKeysWidth, kLine), Qt::AlignVCenter, entry.keys);
            painter.setPen(theme.muted);
            painter.drawText(QRect(x + kKeysWidth, y[column], kColumnWidth - kKeysWidth - 12, kLine), Qt::AlignVCenter,
                             entry.what);
            y[column] += kLine;
        }
        y[column] += kLine;
    }
}

void ShortcutOverlay::keyPressEvent(QKeyEvent *)
{
    close();
}

void ShortcutOverlay::mousePressEvent(QMouseEvent *)
{
    close();
}

bool ShortcutOverlay::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        setGeometry(static_cast<QWidget *>(watched)->rect());
    return false;
}

} // namespace reslens::widgets
