// Tables survive export and import, and foreign labels are shown as they are: neither a spreadsheet nor a tool tip
// runs them.
#include "models/item_models.h"
#include "models/statistics.h"
#include "models/table.h"

#include <QtTest>

using namespace reslens;
using namespace reslens::models;

namespace {

QByteArray cellAs(QByteArray (*write)(const Table &), const QVariant &cell)
{
    const QByteArray whole = write(Table{"t", {"c"}, {{cell}}});
    return whole.mid(2).chopped(1); // without the line of names and the last line end
}

PredictionModel *modelOf(const char *label, QObject *parent)
{
    auto *model = new PredictionModel(parent);
    model->setPredictions({{7, label, 0.25, 3.5f}});
    return model;
}

} // namespace

class TablesTest : public QObject {
    Q_OBJECT

private slots:
    void text_is_no_formula_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QByteArray>("tsv");
        const auto row = [](const char *text, const char *csv, const char *tsv) {
            QTest::newRow(text) << QString(text) << QByteArray(csv) << QByteArray(tsv);
        };
        row("tabby", "tabby", "tabby");
        row("=1+1", "'=1+1", "'=1+1");
        row("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"", "'=HYPERLINK(\"a\",\"b\")");
        row("+cmd", "'+cmd", "'+cmd");
        row("-cmd", "'-cmd", "'-cmd");
        row("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)");
        row("\t=1", "'\t=1", "' =1");
        row("\r=1", "\"'\r=1\"", "' =1");
        row("＝1", "'＝1", "'＝1");
        row("'tis", "''tis", "''tis"); // otherwise it would not survive
        row("-1.5", "-1.5", "-1.5");
        row("a\rb", "\"a\rb\"", "a b");
        row("a\r\nb", "\"a\r\nb\"", "a  b");
    }

    void text_is_no_formula()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, csv);
        QFETCH(QByteArray, tsv);
        QCOMPARE(cellAs(csvOf, text), csv);
        QCOMPARE(cellAs(tsvOf, text), tsv);
        QCOMPARE(csvOf(Table{"t", {text}, {}}), csv + '\n');
    }

    void numbers_stay_numbers()
    {
        QCOMPARE(cellAs(csvOf, -1.5), QByteArray("-1.5"));
        QCOMPARE(cellAs(csvOf, -3), QByteArray("-3"));
        QCOMPARE(cellAs(tsvOf, -1e-30), QByteArray("-1e-30"));
        QCOMPARE(cellAs(csvOf, QVariant()), QByteArray());
    }

    void a_label_that_looks_like_a_placeholder_or_like_html_is_shown_as_it_is()
    {
        const QModelIndex index = modelOf("%3 <b>cat</b> %2 & more", this)->index(0, 0);
        QCOMPARE(index.data(Qt::DisplayRole).toString(), QString("%3 <b>cat</b> %2 & more"));
        QCOMPARE(index.data(Qt::AccessibleTextRole).toString(),
                 QString("%3 <b>cat</b> %2 & more, probability 25.0 %, logit 3.50"));
        const QString toolTip = index.data(Qt::ToolTipRole).toString();
        QCOMPARE(toolTip, QString("<qt>%3 &lt;b&gt;cat&lt;/b&gt; %2 &amp; more<br>"
                                  "class 7 · probability 0.25 · logit 3.5000</qt>"));
        QCOMPARE(modelOf("a %1 cat", this)->index(0, 0).data(Qt::ToolTipRole).toString(),
                 QString("a %1 cat\nclass 7 · probability 0.25 · logit 3.5000"));
    }

    void the_quantile_of_no_share_is_the_smallest_magnitude()
    {
        Tensor tensor({1, 1, 1, 3});
        tensor.values = {-2, 5, 3};
        QCOMPARE(magnitudeQuantile(tensor, 0.0), 2.0f);
        QCOMPARE(magnitudeQuantile(tensor, 1.5), 5.0f);
    }
};

QTEST_GUILESS_MAIN(TablesTest)
#include "tables_test.moc"
