// Numbers as a view shows them: rows and columns that copy, sort and are exported. A number that is not defined is an
// empty cell, a gap or a word, never another number.
#pragma once

#include "analysis/numbers.h"

#include <QAbstractTableModel>
#include <QByteArray>
#include <QString>
#include <QVariant>

#include <optional>
#include <vector>

namespace reslens::models {

/// Cells are numbers (double, int) or text; an invalid QVariant is a value that is not defined.
struct Table {
    QString name; // "blocks"; a word that can stand in a file's name
    QStringList columns;
    std::vector<QVariantList> rows;
};

/// Comma-separated with a line of names first, as RFC 4180 has it. Numbers with nine significant digits, so that fp32
/// survives; a value that is not defined is an empty cell. Text that a spreadsheet would take for a formula, and text
/// that begins with an apostrophe, has an apostrophe before it: without the first one it is as it was.
QByteArray csvOf(const Table &table);
/// The same, tab-separated, for the clipboard.
QByteArray tsvOf(const Table &table);

/// `text`, which others wrote, as a tool tip that shows it as it is: Qt would take tags in it for HTML.
QString plainToolTip(const QString &text);

/// A Table as an item model. Sorts by value through a QSortFilterProxyModel on SortRole.
class TableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { SortRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setTable(Table table);
    const Table &table() const { return m_table; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Table m_table;
};

/// Four significant digits, as short as they go, for reading: "0.1234", "1.235e-05"; "–" where not defined.
QString cellText(const QVariant &cell);

/// An invalid QVariant where there is no number.
QVariant cellOf(double value);
QVariant cellOf(const analysis::Ratio &ratio);
QVariant cellOf(const std::optional<double> &value);
/// NaN where there is none: a gap in a curve.
double plotted(const analysis::Ratio &ratio);
double plotted(const std::optional<double> &value);
/// Four significant digits, or "not defined".
QString wordsOf(double value);
QString wordsOf(const analysis::Ratio &ratio);
QString wordsOf(const std::optional<double> &value);

} // namespace reslens::models
