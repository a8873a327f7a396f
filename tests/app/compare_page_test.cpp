// The Compare page in the real window: its numbers equal the analysis' own, whatever else happens.
#include "app/page_bench.h"

#include "analysis/gradient_flow.h"
#include "analysis/skip.h"
#include "models/item_models.h"
#include "pages/compare/candidates.h"
#include "pages/compare/compare_page.h"
#include "pages/compare/comparison_tables.h"
#include "pages/compare/curves_panel.h"
#include "pages/compare/lens_panel.h"
#include "pages/compare/model_list.h"
#include "session/subject.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"

#include <QProgressBar>
#include <QPushButton>

#include <cmath>

using namespace reslens;
using namespace reslens::test;
using pages::Candidate;
using pages::ComparePage;

namespace {

ComparePage *open(WindowBench &bench, const QString &model)
{
    bench.show();
    bench.session.openModel(model);
    bench.dropFiles({bench.savedPicture("a.png", 3)});
    [&] { QTRY_VERIFY(bench.session.traced() && bench.session.activity().isEmpty()); }();
    return turnTo<ComparePage>(bench);
}

/// Waits until every model has answered or failed.
void settle(const ComparePage &page)
{
    QTRY_VERIFY_WITH_TIMEOUT(page.isSettled(), kPatienceMs);
}

const Candidate *candidate(ComparePage *page, const QString &nameOrPath)
{
    for (const Candidate &one : page->candidates().all())
        if (one.nameOrPath == nameOrPath)
            return &one;
    return nullptr;
}

} // namespace

class ComparePageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette()); }

    void the_open_model_and_those_that_came_along_are_compared_at_once()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "deep");
        settle(*page);
        QCOMPARE(page->candidates().all().size(), std::size_t(2));
        QCOMPARE(page->candidates().all()[0].nameOrPath, QString("deep")); // the open model comes first
        QVERIFY(page->candidates().all()[0].summary && page->candidates().all()[1].summary);
    }

    void an_answer_leaves_what_the_others_show_as_it_is()
    {
        WindowBench bench;
        bench.window.resize(1440, 1100); // room for all classes
        ComparePage *page = open(bench, "small");
        settle(*page);
        const auto lists = page->findChildren<widgets::PredictionView *>();
        QCOMPARE(lists.size(), qsizetype(2));
        const QPointer<widgets::PredictionView> first = lists.front();
        QSignalSpy resets(first->model(), &QAbstractItemModel::modelReset);
        QSignalSpy rows(page->findChild<pages::DropList *>()->model(), &QAbstractItemModel::rowsRemoved);
        page->candidates().add("plain20-cifar10");
        settle(*page);
        QVERIFY(candidate(page, "plain20-cifar10")->summary);
        QVERIFY(first && first->isVisible());
        QCOMPARE(resets.size(), 0);
        QCOMPARE(rows.size(), 0); // rows of the list of models
        const auto now = page->findChildren<widgets::PredictionView *>();
        QCOMPARE(now.size(), qsizetype(3));
        for (const widgets::PredictionView *list : now)
            QVERIFY(list->isVisible() && list->model()->rowCount() > 0);
    }

    void every_number_is_that_of_analysis()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        settle(*page);
        const session::ModelSummary &found = *candidate(page, "deep")->summary;

        const auto model = generatedModel("deep", "resnet20");
        auto executor = reference::makeExecutor(model, "the test's own");
        const Tensor input = image::preprocess(bench.session.picture().image, model->preprocess).value();
        const auto trace = *executor->trace(input, {});
        const auto contributions = *analysis::contributionsOf({*model, *trace});
        const auto gradients = *nn::backward(*trace, {}, {});
        const auto flow = *analysis::gradientFlow(model->network, *gradients);
        const auto lens = *analysis::skipLens(*executor, input, {.count = 1});
        QCOMPARE(found.parameters, nn::parameterCount(model->network));
        QCOMPARE(found.macs, nn::macs(model->network, input.shape));
        const auto top = analysis::topPredictions(trace->forward(), 0, model->labels, 5);
        QCOMPARE(found.top.size(), top.size());
        for (std::size_t i = 0; i < top.size(); ++i)
            QVERIFY(found.top[i].index == top[i].index && found.top[i].logit == top[i].logit);
        QCOMPARE(found.blocks.size(), model->network.blocks.size());
        for (std::size_t b = 0; b < found.blocks.size(); ++b) {
            QCOMPARE(found.blocks[b].depth, double(b + 1) / 9);
            QCOMPARE(found.blocks[b].forward.branchShare.value, contributions[b].branchShare.value);
            QCOMPARE(found.blocks[b].gradient.gx.norm, flow.blocks[b].gx.norm);
            QCOMPARE(found.blocks[b].gradient.gain.value, flow.blocks[b].gain.value);
        }
        QCOMPARE(found.lens.size(), lens.size());
        for (std::size_t d = 0; d < lens.size(); ++d)
            QVERIFY(found.lens[d].top[0].index == lens[d].top[0].index &&
                    found.lens[d].top[0].probability == lens[d].top[0].probability);
        QVERIFY(!found.times.empty());
        QCOMPARE(QString::fromStdString(found.times.front().name), QString("stem"));
        QCOMPARE(QString::fromStdString(found.times.back().name), QString("head"));
        QCOMPARE(found.times.size(), std::size_t(5));
        QVERIFY(found.memoryBytes > 0);
    }

    void curves_are_aligned_at_the_relative_depth()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        settle(*page);
        page->showPart(ComparePage::Curves);
        page->curves().showQuantity("gain");
        const widgets::Plot &plot = page->curves().chart().plot();
        QCOMPARE(plot.curves.size(), std::size_t(2));
        QCOMPARE(plot.curves[0].points.size(), std::size_t(3));
        QCOMPARE(plot.curves[1].points.size(), std::size_t(9));
        QCOMPARE(plot.curves[0].points[0].x(), 1.0 / 3); // the first of 3 blocks lies where the third of 9 does
        QCOMPARE(plot.curves[1].points[2].x(), 1.0 / 3);
        QCOMPARE(plot.curves[0].points.back().x(), 1.0);
        QCOMPARE(plot.curves[1].points.back().x(), 1.0);
        QCOMPARE(plot.curves[1].points[4].y(), candidate(page, "deep")->summary->blocks[4].gradient.gain.value);
    }

    void a_depth_that_is_clicked_selects_the_open_models_block()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "deep");
        settle(*page);
        page->showPart(ComparePage::Curves);
        emit page->curves().chart().clicked(2.0 / 3); // the small model's second block
        QCOMPARE(bench.session.position(), 5);        // b = 6 of 9
        page->showPart(ComparePage::Lens);
        const widgets::LensStrip &strip = page->lens().strip();
        QTRY_VERIFY(strip.rows().size() == 2 && strip.isVisible());
        QTest::mouseClick(&page->lens().strip(), Qt::LeftButton, {}, strip.cellRect(0, 9).center().toPoint());
        QCOMPARE(bench.session.position(), 8);
    }

    void a_model_that_fails_leaves_the_others()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        const QByteArray whole = safetensorsOf(*generatedModel("deep", "resnet20"));
        const QString cut = bench.savedBytes("cut.safetensors", whole.left(whole.size() / 2));
        page->candidates().add(cut);
        page->candidates().add("plain20-cifar10");
        settle(*page);
        QVERIFY2(candidate(page, cut)->problem.contains("ends within tensor"),
                 qPrintable(candidate(page, cut)->problem));
        QVERIFY(!candidate(page, cut)->summary);
        for (const char *other : {"small", "deep", "plain20-cifar10"})
            QVERIFY2(candidate(page, other)->summary, other);
        const auto *list = page->findChild<pages::DropList *>();
        QVERIFY(list->item(2)->text().contains("failed: "));
        QCOMPARE(page->tables().front().rows.size(), std::size_t(15)); // five classes for each of three models
        bench.screenshot("compare-failed");
    }

    void a_plain_network_has_no_share_and_no_lens_and_says_why()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "resnet20-cifar10");
        page->candidates().add("plain20-cifar10");
        settle(*page);
        const session::ModelSummary &plain = *candidate(page, "plain20-cifar10")->summary;
        QVERIFY(!plain.hasShortcuts && plain.lens.empty());
        QVERIFY2(plain.whyNoLens.find("plain") != std::string::npos, plain.whyNoLens.c_str());
        for (const session::DepthPoint &point : plain.blocks) {
            QVERIFY(!point.value(*study::quantityNamed("branch_share")));
            QVERIFY(point.value(*study::quantityNamed("norm_gx")) > 0);
            QVERIFY(point.value(*study::quantityNamed("gain")));
        }
        page->showPart(ComparePage::Curves);
        const auto curves = [&] { return page->curves().chart().plot().curves.size(); };
        const std::size_t shares = curves();
        page->curves().showQuantity("norm_gx");
        QCOMPARE(curves(), shares + 1);
        page->showPart(ComparePage::Lens);
        const auto &rows = page->lens().strip().rows();
        QVERIFY(rows.back().cells.empty());
        QCOMPARE(rows.back().note.toStdString(), plain.whyNoLens);
    }

    void what_is_not_answered_can_be_cancelled_and_asked_again()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        settle(*page);
        const QString big = bench.savedBytes("big.safetensors", safetensorsOf(*generatedModel("big", "resnet110")));
        page->candidates().add(big);
        QVERIFY(page->candidates().isUnderWay());
        QVERIFY(page->findChild<QProgressBar *>()->isVisible());
        QCOMPARE(page->findChild<QProgressBar *>()->format(), QString("3 of 3"));
        QTest::mouseClick(buttonNamed<QPushButton>(*page, "Cancel"), Qt::LeftButton);
        QVERIFY(!page->candidates().isUnderWay());
        QVERIFY(!candidate(page, big)->summary && candidate(page, big)->problem.isEmpty());
        QVERIFY(candidate(page, "deep")->summary); // earlier answers stay
        QVERIFY(!bench.window.messageBar().isVisible());
        QTest::mouseClick(buttonNamed<QPushButton>(*page, "Run again"), Qt::LeftButton);
        settle(*page);
        QVERIFY(candidate(page, big)->summary);
    }

    void nothing_is_computed_while_nobody_looks()
    {
        WindowBench bench;
        bench.show();
        bench.session.openModel("small");
        bench.dropFiles({bench.savedPicture("a.png", 3)});
        QTRY_VERIFY(bench.session.traced());
        auto *page = bench.part<ComparePage>();
        QVERIFY(!page->isVisible());
        QVERIFY(!page->candidates().isUnderWay());
        QCOMPARE(page->candidates().answered(), 0);
        turnTo<ComparePage>(bench);
        QVERIFY(page->candidates().isUnderWay());
        bench.part<QTabWidget>()->setCurrentIndex(0);
        QVERIFY(!page->candidates().isUnderWay());
    }

    void another_picture_voids_every_answer()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        settle(*page);
        const auto before = candidate(page, "deep")->summary;
        bool isVoid = false; // true if it was empty when the picture came; the next answer may follow soon
        connect(&bench.session, &session::Session::pictureChanged, page,
                [&] { isVoid = !candidate(page, "deep")->summary; });
        bench.dropFiles({bench.savedPicture("b.png", 8)});
        QTRY_COMPARE(bench.session.picture().name, QString("b.png"));
        QVERIFY(isVoid);
        settle(*page);
        QVERIFY(candidate(page, "deep")->summary->top[0].logit != before->top[0].logit);
    }

    void dropped_checkpoints_join_up_to_six()
    {
        WindowBench bench;
        ComparePage *page = open(bench, "small");
        const QByteArray bytes = safetensorsOf(*generatedModel("tiny", "resnet8"));
        QMimeData mime;
        QList<QUrl> urls;
        for (int i = 0; i < 5; ++i)
            urls << QUrl::fromLocalFile(bench.savedBytes(QString("m%1.safetensors").arg(i), bytes));
        mime.setUrls(urls);
        auto *list = page->findChild<pages::DropList *>();
        QDragEnterEvent enter(list->viewport()->rect().center(), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(list->viewport(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(list->viewport()->rect().center(), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(list->viewport(), &drop);
        QCOMPARE(page->candidates().all().size(), std::size_t(6)); // small, deep, and four of five
        QVERIFY(bench.window.messageBar().message().contains("at most 6 models"));
        QCOMPARE(QString::fromStdString(bench.session.model()->name), QString("small")); // the window keeps its model
        list->setFocus();
        list->setCurrentRow(5);
        QTest::keyClick(list, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(page->candidates().all()[4].title, QString("m3.safetensors"));
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(page->candidates().all().size(), std::size_t(5));
        settle(*page);
        bench.screenshot("compare-five");
    }

    void agreement_is_by_the_classes_names()
    {
        session::ModelSummary first, same, other, foreign;
        const auto answer = [](session::ModelSummary &summary, std::vector<std::string> labels,
                               std::vector<float> logits) {
            summary.labels = labels;
            summary.forward.logits = Tensor({1, int(logits.size()), 1, 1});
            summary.forward.logits.values = logits;
            summary.forward.probabilities = summary.forward.logits;
            summary.top = analysis::topPredictions(summary.forward, 0, labels, 5);
        };
        answer(first, {"cat", "dog", "ship"}, {1, 3, 2});
        answer(same, {"dog", "cat"}, {5, 1});
        answer(other, {"ship", "cat", "dog"}, {9, 8, 7});
        answer(foreign, {"golden retriever"}, {1});
        QVERIFY(session::agreement(first, same).isSameTop);
        QCOMPARE(session::agreement(first, same).rank, std::optional<int>(1));
        QVERIFY(!session::agreement(first, other).isSameTop);
        QCOMPARE(session::agreement(first, other).rank, std::optional<int>(3));
        QVERIFY(!session::agreement(first, foreign).rank);
        session::ModelSummary bird, machine;
        answer(bird, {"crane", "dog", "crane"}, {3, 2, 1});
        answer(machine, {"crane", "dog", "crane"}, {1, 2, 3});
        QVERIFY(!session::agreement(bird, machine).isSameTop); // the same classes, two of one name
        QCOMPARE(session::agreement(bird, machine).rank, std::optional<int>(3));
    }

    void a_network_has_decided_where_its_class_stays_on_top()
    {
        const auto lens = [](std::initializer_list<int> classes) {
            std::vector<analysis::LensDepth> depths;
            for (const int index : classes)
                depths.push_back({int(depths.size()) - 1, "", {analysis::Prediction{index}}, ""});
            return depths;
        };
        QCOMPARE(session::decidedAt(lens({1, 3, 2, 3, 3})), std::optional<std::size_t>(3));
        QCOMPARE(session::decidedAt(lens({3, 3, 3})), std::optional<std::size_t>(0));
        QCOMPARE(session::decidedAt(lens({1, 2})), std::optional<std::size_t>(1));
        QVERIFY(!session::decidedAt({}));
        auto broken = lens({3, 3, 3});
        broken[0].complaint = "not finite: logits";
        QCOMPARE(session::decidedAt(broken), std::optional<std::size_t>(1));
        broken[2].complaint = "not finite: logits";
        QVERIFY(!session::decidedAt(broken));
    }

    void it_looks_right()
    {
        WindowBench bench;
        bench.show();
        bench.session.openModel("resnet20-cifar10");
        bench.dropFiles({QStringLiteral(RESLENS_SOURCE_DIR "/resources/samples/ship.jpg")});
        QTRY_VERIFY(bench.session.traced());
        auto *page = turnTo<ComparePage>(bench);
        page->candidates().clear();
        for (const char *name : {"resnet20-cifar10", "plain20-cifar10"})
            page->candidates().add(name);
        if (const QString published = sharedFile("weights/resnet20-12fca82f.th"); !published.isEmpty())
            page->candidates().add(published);
        settle(*page);
        bench.session.selectPosition(4);
        page->showPart(ComparePage::Predictions);
        photograph(bench, *page, "compare-predictions");
        page->showPart(ComparePage::Costs);
        photograph(bench, *page, "compare-costs");
        page->showPart(ComparePage::Curves);
        photograph(bench, *page, "compare-curves");
        page->showPart(ComparePage::Lens);
        photograph(bench, *page, "compare-lens");
    }

    void it_looks_right_with_large_networks()
    {
        const QString weights = sharedFile("weights/resnet50-imagenet-8bit.safetensors");
        const QStringList photos = QDir(sharedFile("photos")).entryList({"*.JPEG"}, QDir::Files);
        if (weights.isEmpty() || photos.isEmpty())
            QSKIP("no shared ResNet-50");
        WindowBench bench;
        bench.show();
        bench.session.openModel(weights);
        bench.dropFiles({sharedFile("photos/" + photos.first())});
        QTRY_VERIFY_WITH_TIMEOUT(bench.session.traced(), kPatienceMs);
        auto *page = turnTo<ComparePage>(bench);
        page->candidates().clear();
        for (const QString &name :
             {weights, QString("resnet20-cifar10"), QString("small"), QString("deep"), QString("plain20-cifar10")})
            page->candidates().add(name);
        QTRY_VERIFY_WITH_TIMEOUT(page->isSettled(), 300'000);
        for (const auto &[part, name] : {std::pair{ComparePage::Predictions, "predictions"},
                                         {ComparePage::Costs, "costs"},
                                         {ComparePage::Curves, "curves"},
                                         {ComparePage::Lens, "lens"}}) {
            page->showPart(part);
            photograph(bench, *page, QString("compare-large-%1").arg(name));
        }
    }
};

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
