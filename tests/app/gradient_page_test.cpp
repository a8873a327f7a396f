// The gradient page: its numbers equal the analysis' own, and its selection is the session's.
#include "app/page_bench.h"

#include "models/table.h"
#include "nn/gradients.h"
#include "pages/gradient/gradient_page.h"
#include "pages/gradient/gradient_tables.h"
#include "pages/gradient/parameter_part.h"
#include "widgets/colour_legend.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/flow_view.h"
#include "widgets/table_view.h"

#include <QCompleter>
#include <QLineEdit>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

namespace {

/// Chooses "Flow" or "Parameters" of the page, or the left chart.
void choose(const QWidget &page, const QString &bar, int index)
{
    named<widgets::SegmentBar>(page, bar)->setCurrent(index);
}

std::unique_ptr<nn::Gradients> gradientsOf(const ReferenceRun &run, const nn::Objective &objective)
{
    auto gradients = nn::backward(*run.trace, objective, {});
    return gradients ? std::move(*gradients) : nullptr;
}

} // namespace

class GradientPageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void the_flow_is_the_analysis_of_the_same_picture();
    void clicking_a_block_in_the_flow_selects_it_and_keys_walk_on();
    void clicking_a_block_in_the_chart_selects_it();
    void parameters_are_asked_when_they_are_seen_and_equal_the_analysis();
    void an_objective_that_comes_back_is_asked_again();
    void a_parameter_selects_its_block_and_a_block_its_parameters();
    void the_plain_counterfactual_is_the_same_weights_without_skips();
    void the_objective_is_chosen_on_the_page();
    void typing_a_part_of_a_class_finds_it();
    void where_there_is_little_room_picture_and_curves_take_turns();
    void a_plain_network_says_that_there_is_one_way_back();
    void a_cosine_with_nothing_is_not_defined();
    void looks_data();
    void looks();
};

void GradientPageTest::initTestCase()
{
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

void GradientPageTest::the_flow_is_the_analysis_of_the_same_picture()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::GradientPage>("small", picture);
    QTRY_COMPARE(page->tables().size(), 1u);
    const ReferenceRun run(generatedModel("small", "resnet8"), picture);
    const auto gradients = gradientsOf(run, bench.session.objective());
    const auto flow = analysis::gradientFlow(run.model->network, *gradients);
    QVERIFY(flow);
    QCOMPARE(page->tables()[0].rows, pages::flowTable("flow", *flow).rows);
    const auto *view = page->findChild<widgets::FlowView *>();
    QCOMPARE(view->flow()->blocks[1].gs.norm, flow->blocks[1].gs.norm);
    const widgets::FlowLayout &drawn = view->geometryOfFlow();
    QVERIFY(std::abs(drawn.cells[1].skip.height() / drawn.cells[1].branch.height() -
                     flow->blocks[1].gs.norm / flow->blocks[1].gF.norm) < 1e-9);
    const auto *gain = named<widgets::DepthChart>(*page, "Gain or norms over the depth");
    const auto *cosine = named<widgets::DepthChart>(*page, "Cosine over the depth");
    for (std::size_t b = 0; b < flow->blocks.size(); ++b) {
        QCOMPARE(gain->plot().curves[0].points[b], QPointF(double(b), flow->blocks[b].gain.value));
        QCOMPARE(cosine->plot().curves[0].points[b], QPointF(double(b), flow->blocks[b].cosine.value));
    }
}

void GradientPageTest::clicking_a_block_in_the_flow_selects_it_and_keys_walk_on()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    auto *view = page->findChild<widgets::FlowView *>();
    QTRY_COMPARE(view->geometryOfFlow().cells.size(), 3u);
    const auto centre = [view](int block) {
        return view->geometryOfFlow().cells[std::size_t(block)].area.center().toPoint();
    };
    QTest::mouseClick(view, Qt::LeftButton, {}, centre(2));
    QCOMPARE(bench.session.block(), 2);
    QTest::keyClick(view, Qt::Key_Left);
    QCOMPARE(bench.session.block(), 1);
    QTest::mouseMove(view, centre(0));
    QTRY_COMPARE(bench.session.hoveredPosition(), 0);
    QVERIFY(view->textOf(1).contains("layer2.0"));
    QVERIFY(view->accessibleDescription().contains("layer2.0"));
}

void GradientPageTest::clicking_a_block_in_the_chart_selects_it()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    auto *cosine = named<widgets::DepthChart>(*page, "Cosine over the depth");
    QTRY_VERIFY(!cosine->plot().curves.empty());
    QCoreApplication::processEvents();
    QTest::mouseClick(cosine->viewport(), Qt::LeftButton, {}, cosine->positionOf({1, 0.2}).toPoint());
    QCOMPARE(bench.session.block(), 1);
}

void GradientPageTest::parameters_are_asked_when_they_are_seen_and_equal_the_analysis()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::GradientPage>("small", picture);
    QTRY_VERIFY(page->isSettled() && page->tables().size() == 1); // parameters are not computed while hidden
    choose(*page, "Shown of the gradient", 1);
    QTRY_VERIFY(tableNamed(page->tables(), "parameters"));
    const ReferenceRun run(generatedModel("small", "resnet8"), picture);
    const auto gradients = gradientsOf(run, bench.session.objective());
    const auto parameters = analysis::parameterGradients(*run.model, *gradients);
    QVERIFY(parameters);
    const models::Table expected = pages::parametersTable(*parameters);
    QCOMPARE(tableNamed(page->tables(), "parameters")->rows, expected.rows);
    auto *view = page->findChild<widgets::TableView *>();
    QCOMPARE(view->table().rows, expected.rows);
    view->sortByColumn(3, Qt::DescendingOrder);
    const auto shown = [view](int row, int column) { return view->model()->index(row, column).data(); };
    const auto largest = std::ranges::max_element(*parameters, {}, &analysis::ParameterGradient::gradientNorm);
    QCOMPARE(shown(0, 0).toString(), QString::fromStdString(largest->name));
}

void GradientPageTest::an_objective_that_comes_back_is_asked_again()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    choose(*page, "Shown of the gradient", 1);
    QTRY_VERIFY(tableNamed(page->tables(), "parameters"));
    const auto rows = tableNamed(page->tables(), "parameters")->rows;
    choose(*page, "Shown of the gradient", 0); // hides the parameters
    bench.session.selectObjective(nn::ObjectiveKind::Probability);
    QVERIFY(!tableNamed(page->tables(), "parameters"));
    bench.session.selectObjective(nn::ObjectiveKind::LogProbability);
    choose(*page, "Shown of the gradient", 1);
    QTRY_VERIFY(tableNamed(page->tables(), "parameters"));
    QCOMPARE(tableNamed(page->tables(), "parameters")->rows, rows);
}

void GradientPageTest::a_parameter_selects_its_block_and_a_block_its_parameters()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    choose(*page, "Shown of the gradient", 1);
    auto *part = page->findChild<pages::ParameterPart *>();
    QTRY_VERIFY(!part->selectedName().isEmpty());
    bench.session.selectPosition(1);
    QCOMPARE(part->selectedName().section('.', 0, 1), QString("layer2.0"));
    auto *view = page->findChild<widgets::TableView *>();
    for (int row = 0; row < view->model()->rowCount(); ++row)
        if (view->model()->index(row, 0).data().toString() == "layer3.0.conv2.weight")
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, [&] {
                view->scrollTo(view->model()->index(row, 0));
                return view->visualRect(view->model()->index(row, 0)).center();
            }());
    QCOMPARE(bench.session.block(), 2);
    QCOMPARE(part->selectedName(), QString("layer3.0.conv2.weight"));
}

void GradientPageTest::the_plain_counterfactual_is_the_same_weights_without_skips()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::GradientPage>("small", picture);
    QTRY_COMPARE(page->tables().size(), 1u);
    named<QToolButton>(*page, "Plain counterfactual")->click();
    QTRY_VERIFY(tableNamed(page->tables(), "plain-counterfactual"));
    const ReferenceRun cut(generatedModel("small", "resnet8"), picture, std::vector<nn::BlockScale>(3, {0, 1}));
    const auto gradients = gradientsOf(cut, bench.session.objective());
    const auto flow = analysis::gradientFlow(cut.model->network, *gradients);
    QVERIFY(flow);
    QCOMPARE(tableNamed(page->tables(), "plain-counterfactual")->rows, pages::flowTable("", *flow).rows);
    const auto *gain = named<widgets::DepthChart>(*page, "Gain or norms over the depth");
    const widgets::Curve &dashed = gain->plot().curves.back();
    QCOMPARE(dashed.style, Qt::DashLine);
    QVERIFY(dashed.name.contains("skips cut"));
    QCOMPARE(dashed.points[0].y(), flow->blocks[0].gain.value);
    named<QToolButton>(*page, "Plain counterfactual")->click();
    QVERIFY(!tableNamed(page->tables(), "plain-counterfactual"));
    QVERIFY(gain->plot().curves.back().style != Qt::DashLine);
}

void GradientPageTest::the_objective_is_chosen_on_the_page()
{
    PageBench bench;
    const QString picture = bench.savedPicture("a.png", 3);
    auto *page = bench.open<pages::GradientPage>("small", picture);
    QTRY_COMPARE(page->tables().size(), 1u);
    auto *kind = named<QComboBox>(*page, "Kind of objective");
    auto *against = named<QComboBox>(*page, "Second class of the difference");
    QVERIFY(!against->isVisible());
    kind->setCurrentText("logit difference");
    emit kind->activated(kind->currentIndex());
    const nn::Objective objective = bench.session.objective();
    QCOMPARE(objective.kind, nn::ObjectiveKind::LogitDifference);
    QCOMPARE(objective.against, bench.session.predictions()[1].index); // the runner-up, until another is picked
    QVERIFY(against->isVisible());
    QCOMPARE(against->currentIndex(), objective.against);
    const ReferenceRun run(generatedModel("small", "resnet8"), picture);
    const auto flow = analysis::gradientFlow(run.model->network, *gradientsOf(run, objective));
    QVERIFY(flow);
    QTRY_VERIFY(tableNamed(page->tables(), "flow"));
    QCOMPARE(page->tables()[0].rows, pages::flowTable("flow", *flow).rows);
    const auto isShown = [&] {
        return std::ranges::any_of(page->findChildren<QLabel *>(), [&](const QLabel *label) {
            return label->text() == "= " + models::wordsOf(flow->objective.value);
        });
    };
    QVERIFY(isShown());
}

void GradientPageTest::typing_a_part_of_a_class_finds_it()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    QTRY_COMPARE(page->tables().size(), 1u);
    auto *picker = named<widgets::ClassPicker>(*page, "Class of the objective");
    const int other = bench.session.targetClass() == 7 ? 6 : 7;
    picker->setFocus();
    picker->lineEdit()->selectAll();
    QTest::keyClicks(picker->lineEdit(), QString("class %1").arg(other)); // "small class 7" contains it
    QTRY_COMPARE(picker->completer()->completionCount(), 1);
    QTRY_VERIFY(picker->completer()->popup()->isVisible());
    QTest::keyClick(picker->completer()->popup(), Qt::Key_Down);
    QTest::keyClick(picker->completer()->popup(), Qt::Key_Return);
    QTRY_COMPARE(bench.session.targetClass(), other);
    picker->lineEdit()->setText("no such class");
    QTest::keyClick(picker->lineEdit(), Qt::Key_Return);
    QCOMPARE(bench.session.targetClass(), other);
    QCOMPARE(picker->currentText(), QString("small class %1").arg(other));
}

void GradientPageTest::where_there_is_little_room_picture_and_curves_take_turns()
{
    PageBench bench;
    bench.window.resize(1280, 620);
    auto *page = bench.open<pages::GradientPage>("small", bench.savedPicture("a.png", 3));
    QTRY_COMPARE(page->tables().size(), 1u);
    const auto *view = page->findChild<widgets::FlowView *>();
    const auto *cosine = named<widgets::DepthChart>(*page, "Cosine over the depth");
    QVERIFY(view->isVisible() && !cosine->isVisible());
    choose(*page, "Picture or curves", 1);
    QVERIFY(!view->isVisible() && cosine->isVisible());
    bench.window.resize(1440, 900);
    QTRY_VERIFY(view->isVisible() && cosine->isVisible());
}

void GradientPageTest::a_plain_network_says_that_there_is_one_way_back()
{
    PageBench bench;
    auto *page = bench.open<pages::GradientPage>("plain", bench.savedPicture("a.png", 3));
    QTRY_COMPARE(page->tables().size(), 1u);
    QVERIFY(!named<QToolButton>(*page, "Plain counterfactual")->isEnabled());
    QVERIFY(named<widgets::DepthChart>(*page, "Cosine over the depth")->plot().curves.empty());
    QVERIFY(page->findChild<widgets::FlowView *>()->geometryOfFlow().cells[0].skipBand.isEmpty());
    const models::Table table = page->tables()[0];
    QVERIFY(!table.rows[0][table.columns.indexOf("norm gs")].isValid());
    QVERIFY(table.rows[0][table.columns.indexOf("norm gu")].isValid());
    bench.settledScreenshot("gradient-plain");
}

void GradientPageTest::a_cosine_with_nothing_is_not_defined()
{
    auto flow = std::make_shared<analysis::GradientFlow>();
    flow->blocks.resize(1);
    flow->blocks[0].hasShortcut = true;
    flow->blocks[0].name = "layer1.0";
    const models::Table table = pages::flowTable("flow", *flow);
    QVERIFY(!table.rows[0][table.columns.indexOf("cosine")].isValid());
    widgets::FlowView view;
    view.setFlow(flow);
    QVERIFY(view.textOf(0).contains("cos(g_s, g_F) = not defined"));
    QVERIFY(view.textOf(0).contains("gain ‖g_x‖/‖g_y‖ = not defined"));
}

void GradientPageTest::looks_data()
{
    addLooks();
}

void GradientPageTest::looks()
{
    QFETCH(int, theme);
    QFETCH(QSize, size);
    const QString tag = QTest::currentDataTag();
    gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
    PageBench bench;
    bench.window.resize(size);
    auto *page = bench.open<pages::GradientPage>(lookedAt(tag).model, lookedAt(tag).picture);
    QTRY_COMPARE_WITH_TIMEOUT(page->tables().size(), 1u, kPatienceMs);
    bench.session.selectPosition(4);
    QCOMPARE(bench.window.size(), size);
    bench.settledScreenshot("gradient-" + tag);
    named<QToolButton>(*page, "Log")->click();
    choose(*page, "Left chart", 1);
    named<QToolButton>(*page, "Plain counterfactual")->click();
    bench.session.selectObjective(nn::ObjectiveKind::LogitDifference, 0);
    QTRY_VERIFY_WITH_TIMEOUT(tableNamed(page->tables(), "plain-counterfactual"), kPatienceMs);
    choose(*page, "Picture or curves", 1); // for when there is no room for both
    bench.settledScreenshot("gradient-" + tag + "-plain");
    choose(*page, "Shown of the gradient", 1);
    QTRY_VERIFY_WITH_TIMEOUT(tableNamed(page->tables(), "parameters"), kPatienceMs);
    page->findChild<widgets::TableView *>()->sortByColumn(3, Qt::DescendingOrder);
    bench.settledScreenshot("gradient-" + tag + "-parameters");
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

QTEST_MAIN(GradientPageTest)
#include "gradient_page_test.moc"
