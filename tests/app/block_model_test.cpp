// The numbers in the blocks' model: they come and go without a reset, and are shown with their formulas.
#include "app/ribbon_numbers.h"
#include "models/block_text.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include <limits>
#include <set>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::models;

class BlockModelTest : public QObject {
    Q_OBJECT

private slots:
    void numbers_come_and_go_without_a_reset();
    void numbers_of_another_network_are_dropped();
    void a_new_network_has_no_numbers_and_no_scales();
    void every_quantity_has_its_own_id_and_an_unknown_one_is_none();
    void quantities_are_the_numbers_of_the_analyses();
    void a_quantity_that_is_not_defined_or_not_finite_has_no_value();
    void ranges_start_at_zero_or_are_symmetric_about_it();
    void tooltips_have_numbers_formulas_and_what_is_not_defined();
    void complaints_are_told();
    void scales_are_told();
    void opposing_shares_are_told();
};

void BlockModelTest::numbers_come_and_go_without_a_reset()
{
    const auto model = blocksOf("resnet20");
    QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(model.get(), &QAbstractItemModel::modelReset);
    QSignalSpy changes(model.get(), &QAbstractItemModel::dataChanged);
    QVERIFY(!model->numbers(1).forward && !model->numbers(1).gradient);
    model->setContributions(madeUpContributions(*model));
    model->setFlow(madeUpFlow(*model));
    model->setScales(std::vector<nn::BlockScale>(9, {0.5f, 1}));
    QCOMPARE(model->numbers(2).forward->block, 1);
    QCOMPARE(model->numbers(2).gradient->block, 1);
    QCOMPARE(model->numbers(2).scale.alpha, 0.5f);
    QVERIFY(!model->numbers(0).forward && !model->numbers(10).forward); // stem and head
    model->clearNumbers();
    QVERIFY(!model->numbers(1).forward && !model->numbers(1).gradient);
    QCOMPARE(model->numbers(2).scale.alpha, 0.5f);
    QCOMPARE(changes.size(), 4);
    QCOMPARE(changes.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(changes.at(0).at(1).toModelIndex().row(), 9);
    QVERIFY(resets.isEmpty());
}

void BlockModelTest::numbers_of_another_network_are_dropped()
{
    const auto model = blocksOf("resnet20"), other = blocksOf("resnet56");
    model->setContributions(madeUpContributions(*other));
    model->setFlow(madeUpFlow(*other));
    QVERIFY(!model->numbers(1).forward && !model->numbers(1).gradient);
    BlockModel empty;
    empty.setContributions(madeUpContributions(*other));
    empty.setScales(std::vector<nn::BlockScale>(3));
    QCOMPARE(empty.rowCount(), 0);
}

void BlockModelTest::a_new_network_has_no_numbers_and_no_scales()
{
    const auto model = blocksOf("resnet20");
    model->setContributions(madeUpContributions(*model));
    model->setScales(std::vector<nn::BlockScale>(9, {0, 0}));
    model->setNetwork(nn::buildNetwork(*nn::architectureNamed("resnet20")), 32);
    QVERIFY(!model->numbers(1).forward);
    QCOMPARE(model->numbers(1).scale, nn::BlockScale{});
}

void BlockModelTest::every_quantity_has_its_own_id_and_an_unknown_one_is_none()
{
    std::set<QString> ids;
    for (const study::Quantity &quantity : blockQuantities()) {
        const QString id = QString::fromStdString(quantity.id);
        ids.insert(id);
        QCOMPARE(blockQuantity(id).id, quantity.id);
        QVERIFY(quantity.isNothing() || !quantity.formula.empty());
    }
    QCOMPARE(ids.size(), blockQuantities().size());
    QVERIFY(blockQuantities().front().isNothing());
    QVERIFY(blockQuantity("nonsense").isNothing());
    QVERIFY(blockQuantity("").isNothing());
    QCOMPARE(blockQuantity("angle").id, std::string("cosine")); // an id of the previous release
}

void BlockModelTest::quantities_are_the_numbers_of_the_analyses()
{
    const auto model = blocksOf("resnet20");
    model->setContributions(madeUpContributions(*model));
    model->setFlow(madeUpFlow(*model));
    const study::BlockFacts n = model->numbers(3);
    const auto value = [&n](const char *id) { return *blockQuantity(id).value(n); };
    QCOMPARE(value("branch_share"), n.forward->branchShare.value);
    QCOMPARE(value("alignment"), n.forward->alignment.value);
    QCOMPARE(value("rms_y"), n.forward->y.rms);
    QCOMPARE(value("kill"), n.forward->kill); // a norm, as in all views
    QCOMPARE(value("kill_ratio"), n.forward->kill / n.forward->x.norm);
    QCOMPARE(value("rescale"), n.forward->rescale);
    QCOMPARE(value("gradient_skip_share"), n.gradient->skipShare.value);
    QCOMPARE(value("rms_gx"), n.gradient->gx.rms);
    QCOMPARE(value("log_gain"), std::log2(n.gradient->rmsGain.value));
    QCOMPARE(value("beta"), 1.0);
    QCOMPARE(model->values(blockQuantity("alignment"))[3], blockQuantity("alignment").value(n));
    QVERIFY(!model->values(blockQuantity("alignment"))[0]);
}

void BlockModelTest::a_quantity_that_is_not_defined_or_not_finite_has_no_value()
{
    const auto model = blocksOf("resnet20");
    std::vector<analysis::BlockContribution> all = madeUpContributions(*model);
    all[0].alignment = {};
    all[0].y.rms = std::numeric_limits<double>::quiet_NaN();
    model->setContributions(all);
    QVERIFY(!blockQuantity("alignment").value(model->numbers(1)));
    QVERIFY(!blockQuantity("rms_y").value(model->numbers(1)));
    QVERIFY(!blockQuantity("gain").value(model->numbers(1)));       // no gradient yet
    QVERIFY(!blockQuantity("refinement").value(model->numbers(4))); // not an identity
}

void BlockModelTest::ranges_start_at_zero_or_are_symmetric_about_it()
{
    using study::Span, study::rangeOf;
    const std::vector<std::optional<double>> values{0.5, std::nullopt, -0.25};
    QCOMPARE(rangeOf(values, Span::AboutZero)->low, -0.5);
    QCOMPARE(rangeOf(values, Span::AboutZero)->high, 0.5);
    QCOMPARE(rangeOf(values, Span::FromZero)->low, 0.0);
    QCOMPARE(rangeOf(values, Span::Extremes)->low, -0.25);
    QCOMPARE(rangeOf({0.0}, Span::AboutZero)->high, 1.0); // zero keeps the middle colour
    QVERIFY(!rangeOf({std::nullopt}, Span::FromZero));
}

void BlockModelTest::tooltips_have_numbers_formulas_and_what_is_not_defined()
{
    const auto model = blocksOf("resnet20");
    std::vector<analysis::BlockContribution> all = madeUpContributions(*model);
    all[0].branchShare = {0.25, true};
    all[0].alignment = {};
    model->setContributions(all);
    const QString tip = model->index(1).data(Qt::ToolTipRole).toString();
    for (const char *part : {"layer1.0", "16 × 32 × 32", "identity skip", "branch share", "0.25", "σ_F = β⟨F,u⟩/⟨u,u⟩",
                             "not defined", "cos(s, F)"})
        QVERIFY2(tip.contains(part), part);
    QVERIFY(!tip.contains("‖g_x‖/‖g_y‖")); // without a gradient, nothing is said about it
    model->setFlow(madeUpFlow(*model));
    QVERIFY(model->index(1).data(Qt::ToolTipRole).toString().contains("‖g_x‖/‖g_y‖"));
    QVERIFY(model->index(1).data(Qt::AccessibleDescriptionRole).toString().contains("branch share 0.25"));
}

void BlockModelTest::complaints_are_told()
{
    const auto model = blocksOf("resnet20");
    std::vector<analysis::BlockContribution> all = madeUpContributions(*model);
    all[0].complaint = "not finite: F, u";
    all[1].isDead = true;
    model->setContributions(all);
    QVERIFY(model->index(1).data(Qt::ToolTipRole).toString().contains("not finite: F, u"));
    QCOMPARE(complaintsOf(model->numbers(2)), QStringList("dead: y is 0 everywhere"));
    QVERIFY(complaintsOf(model->numbers(3)).isEmpty());
}

void BlockModelTest::scales_are_told()
{
    QCOMPARE(scaleText({1, 1}), QString());
    QCOMPARE(scaleText({0, 1}), QString("skip cut"));
    QCOMPARE(scaleText({0.5f, 0}), QString("skip ×0.5, branch cut"));
}

void BlockModelTest::opposing_shares_are_told()
{
    const auto model = blocksOf("resnet20");
    std::vector<analysis::BlockContribution> all = madeUpContributions(*model);
    all[0].skipShare = {1.5, true}, all[0].branchShare = {-0.5, true};
    model->setContributions(all);
    QVERIFY(model->index(1).data(Qt::ToolTipRole).toString().contains("oppose each other in u"));
    QVERIFY(!model->index(2).data(Qt::ToolTipRole).toString().contains("oppose"));
}

QTEST_GUILESS_MAIN(BlockModelTest)
#include "block_model_test.moc"
