#include "analysis/gradient_flow.h"

#include "analysis/example.h"
#include "support/samples.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

class GradientFlowTest : public QObject {
    Q_OBJECT

private slots:
    void shares_sum_to_one_in_every_block_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("size");
        QTest::newRow("option A") << "resnet20" << 16;
        QTest::newRow("option B") << "resnet20_b" << 16;
        QTest::newRow("bottleneck") << "resnet50" << 32;
    }

    void shares_sum_to_one_in_every_block()
    {
        QFETCH(QString, architecture);
        QFETCH(int, size);
        auto executor = executorFor(architecture.toStdString());
        auto scales = unevenScales(executor->model().network);
        const Example example(std::move(executor), nn::generateInput({1, 3, size, size}), std::move(scales));
        const GradientFlow flow = must(gradientFlow(example.network(), *example.gradients()));
        double worst = 0;
        for (const BlockFlow &block : flow.blocks) {
            QVERIFY(block.complaint.empty());
            worst = std::max(worst, std::abs(block.skipShare.value + block.branchShare.value - 1));
        }
        qInfo("worst |skip share + branch share - 1|: %.1e", worst);
        QVERIFY(worst <= 1e-6);
    }

    void every_number_is_its_formula_on_the_gradients()
    {
        const Tensor batch = nn::generateInput({2, 3, 9, 7});
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::Projection))), batch);
        const auto gradients = example.gradients();
        const GradientFlow flow = must(gradientFlow(example.network(), *gradients, 1));
        for (const BlockFlow &block : flow.blocks) {
            const nn::BlockGradients g = must(gradients->ofBlock(block.block));
            const Tensor gy = imageAlone(g.gy, 1), gs = imageAlone(g.gs, 1), gF = imageAlone(g.gF, 1),
                         gx = imageAlone(g.gx, 1);
            QVERIFY(relative(block.gy.norm, norm(gy.values)) <= 1e-12);
            QVERIFY(relative(block.gx.rms, norm(gx.values) / std::sqrt(double(gx.values.size()))) <= 1e-12);
            QVERIFY(relative(block.gain.value, norm(gx.values) / norm(gy.values)) <= 1e-12);
            QVERIFY(relative(block.rmsGain.value, block.gx.rms / block.gy.rms) <= 1e-12);
            QVERIFY(relative(block.skipShare.value, dot(gs.values, gx.values) / dot(gx.values, gx.values)) <= 1e-12);
            QVERIFY(relative(block.cosine.value, dot(gs.values, gF.values) / (norm(gs.values) * norm(gF.values))) <=
                    1e-12);
        }
        QVERIFY(relative(flow.input.norm, norm(imageAlone(must(gradients->ofInput()), 1).values)) <= 1e-12);
    }

    void a_cut_branch_leaves_the_gradient_to_the_skip()
    {
        std::vector<nn::BlockScale> scales(4);
        scales[2] = {1, 0};
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::Projection))),
                              nn::generateInput({1, 3, 9, 7}), scales);
        const GradientFlow flow = must(gradientFlow(example.network(), *example.gradients()));
        QCOMPARE(flow.blocks[2].skipShare.value, 1.0);
        QCOMPARE(flow.blocks[2].branchShare.value, 0.0);
        QVERIFY(!flow.blocks[2].cosine.isDefined);
    }

    void in_a_plain_network_all_returns_through_the_branch()
    {
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::None))),
                              nn::generateInput({1, 3, 9, 7}));
        for (const BlockFlow &block : must(gradientFlow(example.network(), *example.gradients())).blocks) {
            QVERIFY(!block.hasShortcut && !block.skipShare.isDefined && !block.cosine.isDefined);
            QVERIFY(std::abs(block.branchShare.value - 1) <= 1e-12);
            QVERIFY(block.gain.isDefined);
        }
    }

    void a_weight_that_is_not_a_number_is_reported_and_no_ratio_is_nan()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        spoil(model, "layer2.1.conv2.weight", 0, std::numeric_limits<float>::quiet_NaN());
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        const GradientFlow flow =
            must(gradientFlow(example.network(), *example.gradients({nn::ObjectiveKind::Logit, 0})));
        QVERIFY2(flow.blocks[3].complaint.find("gF") != std::string::npos, flow.blocks[3].complaint.c_str());
        QVERIFY(!flow.complaint.empty());
        for (const BlockFlow &block : flow.blocks)
            for (const Ratio &ratio : {block.skipShare, block.branchShare, block.gain, block.rmsGain, block.cosine})
                QVERIFY(std::isfinite(ratio.value));
    }

    void an_image_that_is_not_there_is_refused()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        QVERIFY(gradientFlow(example.network(), *example.gradients(), 1).error().kind == ErrorKind::NotFound);
    }

    void a_stop_ends_it()
    {
        const Example example(executorFor(modelOf(smallGrouped())), nn::generateInput({1, 3, 16, 16}));
        const auto gradients = example.gradients();
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(gradientFlow(example.network(), *gradients, 0, stop.get_token()).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(GradientFlowTest)
#include "gradient_flow_test.moc"
