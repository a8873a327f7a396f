#include "widgets/table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace reslens::widgets {

TableView::TableView(QWidget *parent) : QTableView(parent)
{
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(models::TableModel::SortRole);
    setModel(&m_sorted);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false); // arrows move between cells, and Tab leaves the table
    setShowGrid(false);
    setAlternatingRowColors(true);
    setFrameShape(NoFrame);
    setWordWrap(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &current) {
        if (!m_isSetting && current.isValid())
            emit currentRowChanged(m_sorted.mapToSource(current).row());
    });
}

void TableView::setTable(models::Table table)
{
    m_isSetting = true;
    const int row = currentRow();
    const bool isOtherTable = table.columns != m_model.table().columns;
    m_model.setTable(std::move(table));
    if (isOtherTable)
        resizeColumnsToContents();
    setCurrentRow(row);
    m_isSetting = false;
}

void TableView::setCurrentRow(int row)
{
    const bool wasSetting = std::exchange(m_isSetting, true);
    if (row < 0 || row >= m_model.rowCount())
        selectionModel()->clear(); // clears the current row too, so that a click on it selects it
    else if (row != currentRow())
        selectRow(m_sorted.mapFromSource(m_model.index(row, 0)).row());
    m_isSetting = wasSetting;
}

int TableView::currentRow() const
{
    return currentIndex().isValid() ? m_sorted.mapToSource(currentIndex()).row() : -1;
}

void TableView::copy() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    models::Table chosen{m_model.table().name, m_model.table().columns, {}};
    for (const QModelIndex &index : rows)
        chosen.rows.push_back(m_model.table().rows[std::size_t(m_sorted.mapToSource(index).row())]);
    QGuiApplication::clipboard()->setText(QString::fromUtf8(tsvOf(rows.isEmpty() ? m_model.table() : chosen)));
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else
        QTableView::keyPressEvent(event);
}

} // namespace reslens::widgets
