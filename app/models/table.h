// The numbers of a view as rows and columns that can be copied, sorted and exported. An undefined number is an empty
// cell, a gap or a word, never another number.
#pragma once

#include "analysis/numbers.h"

#include <QAbstractTableModel>
#include <QByteArray>
#include <QString>
#include <QVariant>

#include <optional>
#include <vector>

namespace reslens::models {

/// Cells are numbers (double, int) or text. An invalid QVariant is a value that is not defined.
struct Table {
    QString name; // "blocks"; a word fit for a file name
    QStringList columns;
    std::vector<QVariantList> rows;
};

/// Writes RFC 4180 with a line of names. Numbers have nine significant digits, so that fp32 survives; an undefined
/// value is an empty cell. Text that a spreadsheet would run as a formula, and text that begins with an apostrophe,
/// gets an apostrophe in front: removing the first one restores it.
QByteArray csvOf(const Table &table);
/// Writes the same with tabs, for the clipboard.
QByteArray tsvOf(const Table &table);

/// Returns a tool tip that shows untrusted `text` as it is. Qt would read tags in it as HTML.
QString plainToolTip(const QString &text);

/// A Table as an item model. A QSortFilterProxyModel sorts it by value through SortRole.
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

/// Formats four significant digits, as short as possible: "0.1234", "1.235e-05"; "–" if not defined.
QString cellText(const QVariant &cell);

/// Returns an invalid QVariant if `value` is not a number.
QVariant cellOf(double value);
QVariant cellOf(const analysis::Ratio &ratio);
QVariant cellOf(const std::optional<double> &value);
/// Returns NaN, a gap in a curve, if the ratio is not defined.
double plotted(const analysis::Ratio &ratio);
double plotted(const std::optional<double> &value);
/// Formats four significant digits, or "not defined".
QString wordsOf(double value);
QString wordsOf(const analysis::Ratio &ratio);
QString wordsOf(const std::optional<double> &value);

} // namespace reslens::models
