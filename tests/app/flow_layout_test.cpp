// The geometry of the gradient's flow agrees with its numbers, without a window.
#include "widgets/flow_layout.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace reslens;
using widgets::FlowLayout;
using widgets::layOutFlow;

namespace {

const QRectF kArea(0, 10, 900, 120);

analysis::Magnitude normOf(double norm)
{
    return {norm, norm};
}

analysis::GradientFlow exampleFlow()
{
    analysis::GradientFlow flow;
    const double norms[3][4] = {{3, 1, 2.5, 2.8}, {4, 3, 0.5, 3}, {5, 4, 0, 4}}; // gy, gs, gF, gx
    for (int b = 0; b < 3; ++b) {
        analysis::BlockFlow block;
        block.block = b;
        block.hasShortcut = true;
        block.gy = normOf(norms[b][0]);
        block.gs = normOf(norms[b][1]);
        block.gF = normOf(norms[b][2]);
        block.gx = normOf(norms[b][3]);
        flow.blocks.push_back(block);
    }
    flow.input = normOf(1.5);
    return flow;
}

} // namespace

class FlowLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void thickness_is_proportional_to_the_norm()
    {
        const analysis::GradientFlow flow = exampleFlow();
        const FlowLayout layout = layOutFlow(flow, kArea, 60, false);
        QCOMPARE(layout.cells.size(), 3u);
        const double unit = layout.loss.height() / 5; // pixels per norm of 1
        QVERIFY(unit > 0);
        for (std::size_t b = 0; b < 3; ++b) {
            QCOMPARE(layout.cells[b].skip.height(), unit * flow.blocks[b].gs.norm);
            QCOMPARE(layout.cells[b].branch.height(), unit * flow.blocks[b].gF.norm);
            QCOMPARE(layout.cells[b].trunk.height(), unit * flow.blocks[b].gx.norm);
        }
        QCOMPARE(layout.input.height(), unit * 1.5);
    }

    void the_thickest_band_fits_into_the_area()
    {
        for (const bool isLogarithmic : {false, true}) {
            const FlowLayout layout = layOutFlow(exampleFlow(), kArea, 60, isLogarithmic);
            for (const widgets::FlowCell &cell : layout.cells)
                for (const QRectF &part : {cell.skipBand.boundingRect(), cell.branchBand.boundingRect(), cell.trunk})
                    QVERIFY(part.isEmpty() || kArea.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(part));
            QVERIFY(kArea.contains(layout.input) && kArea.contains(layout.loss));
        }
    }

    void logarithmic_thickness_gives_equal_steps_to_equal_factors()
    {
        const widgets::Thickness thickness(1e-4, 1, 50, true);
        QCOMPARE(thickness.of(1), 50.0);
        QVERIFY(thickness.of(1e-4) > 0);
        const double step = thickness.of(1) - thickness.of(0.1);
        QVERIFY(std::abs(thickness.of(1e-2) - thickness.of(1e-3) - step) < 1e-9);
        QCOMPARE(thickness.of(0), 0.0); // zero has no thickness on any scale
    }

    void what_is_not_finite_has_no_band()
    {
        analysis::GradientFlow flow = exampleFlow();
        flow.blocks[1].gF = normOf(std::numeric_limits<double>::quiet_NaN());
        flow.blocks[2].gs = normOf(std::numeric_limits<double>::infinity());
        const FlowLayout layout = layOutFlow(flow, kArea, 60, false);
        QVERIFY(layout.cells[1].branchBand.isEmpty());
        QVERIFY(layout.cells[2].skipBand.isEmpty());
        QCOMPARE(layout.thickness.highest(), 5.0);
    }

    void a_gradient_of_zero_has_no_thickness()
    {
        analysis::GradientFlow flow;
        flow.blocks.resize(4);
        const FlowLayout layout = layOutFlow(flow, kArea, 60, true);
        QCOMPARE(layout.thickness.highest(), 0.0);
        QCOMPARE(layout.loss.height(), 0.0);
    }

    void a_plain_block_has_one_band()
    {
        analysis::GradientFlow flow = exampleFlow();
        for (analysis::BlockFlow &block : flow.blocks) {
            block.hasShortcut = false;
            block.gs = {};
            block.gF = block.gx;
        }
        const FlowLayout layout = layOutFlow(flow, kArea, 60, false);
        for (const widgets::FlowCell &cell : layout.cells) {
            QVERIFY(cell.skipBand.isEmpty());
            QCOMPARE(cell.branch.center().y(), layout.line);
        }
    }

    void blocks_lie_from_left_to_right_and_are_found_where_they_are()
    {
        const FlowLayout layout = layOutFlow(exampleFlow(), kArea, 60, false);
        for (int b = 0; b < 3; ++b)
            QCOMPARE(layout.cellAt(layout.cells[std::size_t(b)].area.center()), b);
        QVERIFY(layout.cells[0].area.right() <= layout.cells[1].area.left() + 1e-9);
        QVERIFY(layout.loss.left() >= layout.cells[2].area.right() - 1e-9); // the loss is at the right
        QCOMPARE(layout.cellAt({0, 0}), -1);
    }
};

QTEST_GUILESS_MAIN(FlowLayoutTest)
#include "flow_layout_test.moc"
