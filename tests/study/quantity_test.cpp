// One list has all numbers of a block; the docs have the same list.
#include "study/quantity.h"

#include <QFile>
#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace reslens;
using namespace reslens::study;

namespace {

analysis::BlockContribution someContribution()
{
    analysis::BlockContribution block;
    block.name = "layer1.0";
    block.isIdentity = block.hasShortcut = block.hasThreeWays = true;
    block.x = block.s = {10, 0.5};
    block.write = 3, block.erase = 2, block.kill = 1, block.rescale = 4;
    return block;
}

double valueOf(const char *id, const BlockFacts &facts)
{
    return quantityNamed(id)->value(facts).value_or(std::numeric_limits<double>::quiet_NaN());
}

} // namespace

class QuantityTest : public QObject {
    Q_OBJECT

private slots:
    void the_table_in_the_docs_is_the_one_that_the_program_prints()
    {
        QFile file(QStringLiteral(RESLENS_SOURCE_DIR "/docs/decompositions.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString docs = QString::fromUtf8(file.readAll()), table = QString::fromStdString(quantityTable());
        const QString heading = table.section('\n', 0, 0);
        const qsizetype begin = docs.indexOf(heading);
        QVERIFY2(begin >= 0, "docs/decompositions.md has no table of quantities");
        const QString found = docs.mid(begin, docs.indexOf("\n\n", begin) + 1 - begin);
        QCOMPARE(found.split('\n'), table.split('\n')); // if not: paste the output of reslens-cli inspect --quantities
    }

    void every_quantity_has_an_id_a_key_and_a_formula_of_its_own()
    {
        std::set<std::string> ids, keys, formulas;
        for (const Quantity &quantity : quantities()) {
            ids.insert(quantity.id);
            ids.insert(quantity.formerId);
            keys.insert(sectionOf(quantity.needs) + ("." + keyOf(quantity)));
            formulas.insert(quantity.formula);
            QVERIFY2(!quantity.unit.empty() && quantity.of, quantity.id.c_str());
            QCOMPARE(quantityNamed(quantity.id), &quantity);
            if (!quantity.formerId.empty())
                QCOMPARE(quantityNamed(quantity.formerId), &quantity);
        }
        QCOMPARE(keys.size(), quantities().size());
        QCOMPARE(formulas.size(), quantities().size());
        QVERIFY(ids.size() > quantities().size()); // ids of the previous release mean nothing else
        QVERIFY(!quantityNamed("") && !quantityNamed("nonsense"));
    }

    void write_erase_and_kill_are_norms_and_their_ratios_have_names_of_their_own()
    {
        const analysis::BlockContribution block = someContribution();
        const BlockFacts facts{.forward = &block, .scale = {}};
        QCOMPARE(valueOf("write", facts), 3.0);
        QCOMPARE(valueOf("norm_erase", facts), 2.0); // its name in the previous release
        QCOMPARE(valueOf("kill", facts), 1.0);
        QCOMPARE(valueOf("rescale", facts), 4.0);
        QCOMPARE(valueOf("write_ratio", facts), 0.3);
        QCOMPARE(valueOf("rescale_ratio", facts), 0.4);
    }

    void what_is_not_known_not_there_or_not_finite_has_no_value()
    {
        analysis::BlockContribution block = someContribution();
        block.F.norm = std::numeric_limits<double>::infinity();
        block.hasThreeWays = block.hasShortcut = false;
        const BlockFacts facts{.forward = &block, .scale = {}};
        for (const Quantity *quantity : quantitiesOf(Needs::Gradient)) {
            QVERIFY(!quantity->isKnown(facts));
            QVERIFY(!quantity->value(facts));
        }
        for (const char *id : {"norm_F", "norm_s", "rms_s", "write", "write_ratio", "alignment", "alpha"})
            QVERIFY2(!quantityNamed(id)->value(facts), id);
        QVERIFY(std::isinf(*quantityNamed("norm_F")->of(facts))); // JSON writes null, not undefined
        QVERIFY(quantityNamed("norm_x")->value(facts));
    }
};

QTEST_GUILESS_MAIN(QuantityTest)
#include "quantity_test.moc"
