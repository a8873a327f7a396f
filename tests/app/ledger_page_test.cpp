// The ledger page shows the analysis' numbers and their sum, and each block's map over the picture.
#include "app/evidence_bench.h"

#include "analysis/ledger.h"
#include "gui/application_look.h"
#include "pages/ledger/block_map_panel.h"
#include "pages/ledger/ledger_page.h"
#include "support/compare.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"

#include <QToolButton>

using namespace reslens;
using namespace reslens::test;

namespace {

struct LedgerBench : EvidenceBench {
    pages::LedgerPage page{context(), nullptr};
    widgets::DepthChart &chart = *page.findChild<widgets::DepthChart *>();
    pages::BlockMapPanel &map = *page.findChild<pages::BlockMapPanel *>();
    widgets::ProofLine &proof = *page.findChild<widgets::ProofLine *>();

    explicit LedgerBench(const std::string &architecture)
    {
        page.resize(930, 330);
        page.show();
        open(architecture);
        settle();
    }
    void settle() { QTRY_VERIFY(page.isSettled()); }
    const std::vector<widgets::Bar> &bars() const { return chart.plot().bars; }
    void choose(const QString &text)
    {
        for (QToolButton *button : page.findChildren<QToolButton *>())
            if (button->text() == text)
                button->click();
    }
    widgets::ClassPicker *against() const
    {
        for (auto *picker : page.findChildren<widgets::ClassPicker *>())
            if (picker->accessibleName() == "Second class of the difference")
                return picker;
        return nullptr;
    }
    analysis::Ledger expected(int target = -1, int against = -1) const
    {
        return *analysis::ledgerOf(run(), target, against);
    }
};

} // namespace

class LedgerPageTest : public QObject {
    Q_OBJECT

private slots:
    void each_bar_begins_where_the_last_ended_and_the_last_is_the_logit_data()
    {
        QTest::addColumn<QString>("order");
        QTest::newRow("by depth") << "by depth";
        QTest::newRow("by size") << "by size";
    }

    void each_bar_begins_where_the_last_ended_and_the_last_is_the_logit()
    {
        QFETCH(QString, order);
        LedgerBench bench("resnet20_b");
        bench.choose(order);
        const std::vector<widgets::Bar> &bars = bench.bars();
        QCOMPARE(bars.size(), std::size_t(2 + 9 + 1 + 1)); // bias, stem, blocks, projections, logit
        QCOMPARE(bars.front().from, 0.0);
        for (std::size_t i = 1; i + 1 < bars.size(); ++i)
            QCOMPARE(bars[i].from, bars[i - 1].to);
        const double logit = bench.reference->trace->forward().logits.values[std::size_t(bench.session.targetClass())];
        QCOMPARE(bars.back().from, 0.0);
        QVERIFY(std::abs(bars.back().to - logit) < 1e-6);
        QVERIFY(std::abs(bars[bars.size() - 2].to - logit) < 1e-4 * std::abs(logit));
        QVERIFY(bench.chart.plot().connectsBars);
    }

    void its_parts_are_those_of_the_analysis()
    {
        LedgerBench bench("resnet20_b");
        const analysis::Ledger expected = bench.expected();
        const std::vector<pages::LedgerPart> &parts = bench.page.parts();
        QCOMPARE(parts[0].value, expected.bias);
        QCOMPARE(parts[1].value, expected.stem);
        for (int b = 0; b < bench.blockCount(); ++b)
            QCOMPARE(parts[std::size_t(2 + b)].value, expected.blocks[std::size_t(b)].branch);
        QCOMPARE(parts[11].value, expected.projections);
        QCOMPARE(parts[12].value, expected.total.whole);
        QCOMPARE(bench.proof.verdict(), widgets::Verdict::Good);
        QVERIFY2(bench.proof.text().contains(QString::number(expected.total.sum, 'f', 4)),
                 qPrintable(bench.proof.text()));
        QCOMPARE(bench.page.tables().front().rows.size(), parts.size());
        QCOMPARE(bench.session.trust().residuals().value("ledger", -1), expected.total.residual.value);
    }

    void by_size_the_block_that_wrote_most_comes_first()
    {
        LedgerBench bench("resnet20");
        bench.choose("by size");
        const std::vector<pages::LedgerPart> &parts = bench.page.parts();
        QCOMPARE(parts.size(), std::size_t(2 + 9 + 1)); // no projections here
        for (std::size_t i = 3; i < 11; ++i)
            QVERIFY(std::abs(parts[i - 1].value) >= std::abs(parts[i].value));
        QCOMPARE(parts[1].kind, pages::LedgerPart::Kind::Stem);
    }

    void compared_with_another_class_it_adds_up_to_the_difference_of_logits()
    {
        LedgerBench bench("resnet8");
        const int target = bench.session.targetClass(), against = (target + 3) % 10;
        widgets::ClassPicker *box = bench.against();
        box->setCurrentIndex(1 + against);
        emit box->activated(box->currentIndex());
        bench.settle();
        const analysis::Ledger expected = bench.expected(target, against);
        const Tensor &logits = bench.reference->trace->forward().logits;
        const double difference = double(logits.values[std::size_t(target)]) - logits.values[std::size_t(against)];
        QVERIFY(std::abs(bench.bars().back().to - difference) < 1e-5);
        QCOMPARE(bench.page.parts()[0].value, expected.bias);
        QCOMPARE(bench.page.parts()[2].value, expected.blocks[0].branch);

        box->setCurrentIndex(0);
        emit box->activated(0);
        bench.settle();
        QCOMPARE(bench.session.objective().kind, nn::ObjectiveKind::Logit);
        QCOMPARE(bench.page.parts()[2].value, bench.expected(target).blocks[0].branch);
    }

    void a_block_compared_with_the_target_itself_is_not_shown_as_chosen()
    {
        LedgerBench bench("resnet8");
        widgets::ClassPicker *box = bench.against();
        box->setCurrentIndex(1 + bench.session.targetClass());
        emit box->activated(box->currentIndex());
        QCOMPARE(box->currentIndex(), 0);
    }

    void a_blocks_map_sums_to_its_bar()
    {
        LedgerBench bench("resnet8");
        for (int b = -1; b < bench.blockCount(); ++b) { // the stem first
            bench.session.selectPosition(b);
            const std::vector<pages::NamedTensor> maps = bench.page.tensors();
            QCOMPARE(maps.size(), std::size_t(1));
            const double bar = bench.page.parts()[std::size_t(b + 2)].value;
            QVERIFY2(std::abs(sumOf(*maps[0].tensor) - bar) < 1e-4 * std::max(1.0, std::abs(bar)),
                     qPrintable(QString::number(bar)));
            QCOMPARE(bench.view.overlay().size(), QSize(maps[0].tensor->shape.w, maps[0].tensor->shape.h));
        }
    }

    void clicking_a_bar_selects_its_block_in_either_order()
    {
        LedgerBench bench("resnet20");
        QVERIFY(QTest::qWaitForWindowExposed(&bench.page));
        bench.choose("by size");
        // The map appears with the answer; the bars make room for it a little later.
        QTRY_VERIFY(bench.map.mapTo(&bench.page, QPoint()).x() >
                    bench.chart.mapTo(&bench.page, QPoint(bench.chart.width(), 0)).x());
        const std::size_t third = 4; // bar of the third largest block
        const widgets::Bar &bar = bench.bars()[third];
        const QPoint at = bench.chart.positionOf({bar.x, (bar.from + bar.to) / 2}).toPoint();
        QTest::mouseClick(bench.chart.viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(bench.session.block(), bench.page.parts()[third].block);
        // Repeats until it is seen: the display's own pointer may enter the new window in between.
        const auto hoveredAfterMoving = [&] {
            QTest::mouseMove(bench.chart.viewport(), at + QPoint(1, 0));
            return bench.session.hoveredPosition();
        };
        QTRY_COMPARE(hoveredAfterMoving(), bench.session.block());
    }

    void pointing_at_the_map_tells_row_column_and_value_and_a_click_selects_the_place()
    {
        LedgerBench bench("resnet8");
        bench.session.selectPosition(bench.blockCount() - 1); // 8 x 8 places
        QVERIFY(QTest::qWaitForWindowExposed(&bench.page));
        widgets::MapView &map = *bench.map.view();
        const QRectF rect = map.planeRect();
        const QPoint at = (rect.topLeft() + QPointF(rect.width() * 5.5 / 8, rect.height() * 2.5 / 8)).toPoint();
        QTest::mouseMove(&map, at);
        const Tensor &values = bench.page.ledger()->blocks.back().map;
        QTRY_COMPARE(bench.map.readout(),
                     QString("row 2 · column 5 · value %1").arg(double(values(0, 0, 2, 5)), 0, 'g', 4));
        QTest::mouseClick(&map, Qt::LeftButton, {}, at);
        QVERIFY(bench.session.pixel());
        QTest::keyClick(&map, Qt::Key_Down);
        QCOMPARE(*bench.session.pixel(), QPointF(5.5 / 8, 3.5 / 8));
    }

    void the_last_who_lays_something_over_the_picture_wins()
    {
        LedgerBench bench("resnet8");
        QVERIFY(bench.view.hasOverlay());
        QCOMPARE(bench.view.overlayOwner(), &bench.page);
        QObject other;
        bench.view.setOverlay(QImage(2, 2, QImage::Format_RGB32), 1, &other);
        QVERIFY(!bench.map.isOverlaid());
        bench.page.hide();
        QCOMPARE(bench.view.overlay().size(), QSize(2, 2)); // only its owner removes it
        bench.page.show();
        QVERIFY(!bench.map.isOverlaid());
        bench.map.setOverlaid(true);
        QCOMPARE(bench.view.overlayOwner(), &bench.page);
        bench.page.hide();
        QVERIFY(!bench.view.hasOverlay());
    }

    void a_plain_network_says_why_it_has_no_ledger()
    {
        LedgerBench bench("plain8");
        QVERIFY2(bench.chart.placeholder().contains("plain network has no ledger"),
                 qPrintable(bench.chart.placeholder()));
        QVERIFY(bench.bars().empty());
        QVERIFY(bench.page.tables().empty());
        QVERIFY(bench.proof.text().isEmpty());
    }

    void it_fits_into_the_room_that_the_window_gives_it()
    {
        LedgerBench bench("resnet20_b");
        verifyFits(bench.page, "ledger");
    }

    void scales_are_honoured()
    {
        LedgerBench bench("resnet8");
        bench.session.scales().setBlock(1, {1, 0});
        QTRY_COMPARE(bench.session.traced()->scales.size(), std::size_t(3));
        bench.settle();
        QCOMPARE(bench.page.parts()[3].value, 0.0); // a branch that is cut writes nothing
        QCOMPARE(bench.proof.verdict(), widgets::Verdict::Good);
    }

    void names_of_54_blocks_are_those_of_their_stages()
    {
        analysis::Ledger ledger;
        for (int b = 0; b < 54; ++b)
            ledger.blocks.push_back({b, "layer" + std::to_string(b / 18 + 1) + "." + std::to_string(b % 18), 0.5});
        const auto parts = pages::partsOf(ledger, pages::LedgerOrder::Depth);
        QStringList names;
        for (const widgets::Segment &segment : pages::segmentsOf(parts, pages::LedgerNames::Stages))
            names << segment.label;
        QCOMPARE(names, QStringList({"", "layer1", "layer2", "layer3", ""}));
    }

    void a_part_that_is_not_finite_is_named_and_not_drawn()
    {
        analysis::Ledger ledger;
        ledger.blocks.push_back({0, "layer1.0", std::nan("")});
        ledger.blocks.back().complaint = "not finite: branch";
        QCOMPARE(pages::complaintOf(ledger), QString("layer1.0: not finite: branch"));
    }
};

QTEST_MAIN(LedgerPageTest)
#include "ledger_page_test.moc"
