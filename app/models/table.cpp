#include "models/table.h"

#include <QCoreApplication>
#include <QTextDocument>

#include <cmath>
#include <limits>

namespace reslens::models {

namespace {

constexpr int kExactDigits = 9, kReadDigits = 4;

bool isNumber(const QVariant &cell)
{
    return cell.typeId() == QMetaType::Double || cell.typeId() == QMetaType::Float;
}

QVariant alignmentOf(const QVariant &cell)
{
    const bool isText = cell.typeId() == QMetaType::QString;
    return QVariant::fromValue(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight));
}

/// Spreadsheets run text that begins with one of these as a formula; a numeral is safe.
QByteArray withoutFormula(const QString &text)
{
    constexpr QStringView kStarts = u"=+-@\t\r\uff1d\uff0b\uff0d\uff20'";
    bool isNumeral = false;
    text.toDouble(&isNumeral);
    const bool isFormula = !text.isEmpty() && kStarts.contains(text.front()) && !isNumeral;
    return (isFormula ? u'\'' + text : text).toUtf8();
}

QByteArray exactText(const QVariant &cell)
{
    return isNumber(cell) ? QByteArray::number(cell.toDouble(), 'g', kExactDigits) : withoutFormula(cell.toString());
}

QByteArray quoted(QByteArray text)
{
    constexpr const char *kNeedQuotes = ",\"\n\r";
    if (text.toStdString().find_first_of(kNeedQuotes) == std::string::npos)
        return text;
    return '"' + text.replace("\"", "\"\"") + '"';
}

QByteArray withoutTabs(QByteArray text)
{
    return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
}

template <typename Escape>
QByteArray separated(const Table &table, char separator, Escape escape)
{
    QByteArray text;
    const auto addLine = [&](const QList<QByteArray> &cells) { text += cells.join(separator) + '\n'; };
    QList<QByteArray> names;
    for (const QString &column : table.columns)
        names << escape(withoutFormula(column));
    addLine(names);
    for (const QVariantList &row : table.rows) {
        QList<QByteArray> cells;
        for (const QVariant &cell : row)
            cells << escape(exactText(cell));
        addLine(cells);
    }
    return text;
}

} // namespace

QByteArray csvOf(const Table &table)
{
    return separated(table, ',', quoted);
}

QByteArray tsvOf(const Table &table)
{
    return separated(table, '\t', withoutTabs);
}

QString cellText(const QVariant &cell)
{
    if (!cell.isValid())
        return QStringLiteral("–");
    return isNumber(cell) ? QString::number(cell.toDouble(), 'g', kReadDigits) : cell.toString();
}

QString plainToolTip(const QString &text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    return QStringLiteral("<qt>") + text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")) +
           QStringLiteral("</qt>");
}

void TableModel::setTable(Table table)
{
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_table.rows.size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_table.columns.size());
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QVariantList &row = m_table.rows[std::size_t(index.row())];
    QVariant cell = index.column() < row.size() ? row[index.column()] : QVariant();
    switch (role) {
    case Qt::DisplayRole:
        return cellText(cell);
    case SortRole:
        return cell;
    case Qt::TextAlignmentRole:
        return alignmentOf(cell);
    default:
        return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_table.columns.size())
        return {};
    if (role == Qt::TextAlignmentRole) // a name is aligned as its column's cells
        return m_table.rows.empty() ? QVariant() : alignmentOf(m_table.rows.front().value(section));
    return role == Qt::DisplayRole ? m_table.columns[section] : QVariant();
}

QVariant cellOf(double value)
{
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

QVariant cellOf(const analysis::Ratio &ratio)
{
    return ratio.isDefined ? cellOf(ratio.value) : QVariant();
}

QVariant cellOf(const std::optional<double> &value)
{
    return value ? cellOf(*value) : QVariant();
}

double plotted(const std::optional<double> &value)
{
    return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

double plotted(const analysis::Ratio &ratio)
{
    return ratio.isDefined ? ratio.value : std::numeric_limits<double>::quiet_NaN();
}

QString wordsOf(double value)
{
    return std::isfinite(value) ? cellText(value) : QCoreApplication::translate("Defined", "not defined");
}

QString wordsOf(const analysis::Ratio &ratio)
{
    return wordsOf(plotted(ratio));
}

QString wordsOf(const std::optional<double> &value)
{
    return wordsOf(plotted(value));
}

} // namespace reslens::models
