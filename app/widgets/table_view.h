// A table that sorts by a click on its header, and copies as tab-separated text.
#pragma once

#include "models/table.h"

#include <QSortFilterProxyModel>
#include <QTableView>

namespace reslens::widgets {

class TableView : public QTableView {
    Q_OBJECT

public:
    explicit TableView(QWidget *parent = nullptr);

    /// Keeps the order that the person chose, and the selected row.
    void setTable(models::Table table);
    const models::Table &table() const { return m_model.table(); }
    /// Selects a row of the table, in whatever order rows are shown; -1: none.
    void setCurrentRow(int row);
    int currentRow() const;
    /// Copies the selected rows, or all of them, with the line of names.
    void copy() const;

signals:
    void currentRowChanged(int row); // by the person

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    models::TableModel m_model;
    QSortFilterProxyModel m_sorted;
    bool m_isSetting = false;
};

} // namespace reslens::widgets
