// The plan of a pass: what is fused, what is kept, which buffers are shared.
#include "engine/plan.h"
#include "nn/resnet.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace reslens;
using namespace reslens::engine;

namespace {

nn::Network network(const char *name)
{
    return nn::buildNetwork(*nn::architectureNamed(name));
}

/// Runs the plan on names instead of tensors: every slot holds the layer last written, every read must find its layer.
QByteArray firstWrongRead(const Plan &plan)
{
    std::map<int, int> holds{{plan.slotOf[0], 0}};
    for (const Step &step : plan.steps) {
        std::vector<int> reads = step.inputs;
        if (step.shortcut >= 0)
            reads.push_back(step.shortcut);
        for (const int layer : reads) {
            if (holds[plan.slotOf[layer]] != layer)
                return "step for layer " + QByteArray::number(step.output) + " reads a buffer that was overwritten";
            if (plan.slotOf[layer] == plan.slotOf[step.output])
                return "step for layer " + QByteArray::number(step.output) + " writes what it reads";
        }
        holds[plan.slotOf[step.output]] = step.output;
    }
    return {};
}

std::size_t bytesOf(const Plan &plan)
{
    std::size_t texels = 0;
    for (const std::size_t slot : plan.slotTexels)
        texels += slot;
    return texels * 16;
}

} // namespace

class PlanTest : public QObject {
    Q_OBJECT
private slots:
    void fast_mode_takes_one_dispatch_a_convolution()
    {
        // ResNet-18: 20 convolutions (3 of them projections), max-pool, average pool, linear, softmax.
        QCOMPARE(makePlan(network("resnet18"), {1, 3, 224, 224}, Mode::Fast).steps.size(), 24u);
        // ResNet-20: 19 convolutions, 2 zero-padded shortcuts, average pool, linear, softmax.
        QCOMPARE(makePlan(network("resnet20"), {1, 3, 32, 32}, Mode::Fast).steps.size(), 24u);
    }

    void fast_mode_fuses_the_addition_with_its_block()
    {
        const nn::Network resnet = network("resnet18");
        const Plan plan = makePlan(resnet, {1, 3, 224, 224}, Mode::Fast);
        std::set<int> blocks;
        for (const Step &step : plan.steps)
            if (step.shortcut >= 0) {
                QCOMPARE(step.shortcut, resnet.blocks[step.block].s);
                QCOMPARE(step.output, resnet.blocks[step.block].y);
                QVERIFY(step.hasRelu);
                blocks.insert(step.block);
            }
        QCOMPARE(blocks.size(), resnet.blocks.size());
    }

    void trace_mode_keeps_every_tensor_a_person_can_look_at_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name : {"resnet18", "resnet50", "resnext50_32x4d", "resnet20", "resnet20_b", "plain20"})
            QTest::newRow(name) << QByteArray(name);
    }

    void trace_mode_keeps_every_tensor_a_person_can_look_at()
    {
        QFETCH(QByteArray, name);
        const nn::Network net = network(name);
        const Plan plan = makePlan(net, {1, 3, 64, 64}, Mode::Trace);
        std::set<int> layers, buffers;
        for (int block = -1; block < int(net.blocks.size()); ++block)
            for (const nn::Tap &tap : nn::tapsOf(net, block)) {
                QVERIFY2(plan.slotOf[tap.layer] >= 0, tap.name.c_str());
                layers.insert(tap.layer);
                buffers.insert(plan.slotOf[tap.layer]);
            }
        QCOMPARE(buffers.size(), layers.size()); // each in a buffer of its own
        QCOMPARE(firstWrongRead(plan), QByteArray());
    }

    void buffers_are_reused_only_when_nobody_reads_them_any_more_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const std::string &name : nn::knownArchitectures())
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
    }

    void buffers_are_reused_only_when_nobody_reads_them_any_more()
    {
        QFETCH(QByteArray, name);
        QCOMPARE(firstWrongRead(makePlan(network(name), {2, 3, 64, 64}, Mode::Fast)), QByteArray());
    }

    void a_block_that_runs_again_finds_what_it_reads_and_leaves_what_others_need_data()
    {
        buffers_are_reused_only_when_nobody_reads_them_any_more_data();
    }

    void a_block_that_runs_again_finds_what_it_reads_and_leaves_what_others_need()
    {
        QFETCH(QByteArray, name);
        const nn::Network net = network(name);
        const Plan plan = makePlan(net, {2, 3, 64, 64}, Mode::Checkpoints);
        QCOMPARE(firstWrongRead(plan), QByteArray());
        std::map<int, int> holds{{plan.slotOf[0], 0}};
        const auto run = [&](const Step &step) { holds[plan.slotOf[step.output]] = step.output; };
        const auto isInside = [](const nn::Block &block, int l) { return l >= block.firstLayer && l < block.y; };
        std::ranges::for_each(plan.steps, run);
        for (int b = int(net.blocks.size()) - 1; b >= 0; --b) {
            for (const Step &step : plan.steps)
                if (step.output >= net.blocks[b].firstLayer && step.output <= net.blocks[b].y)
                    run(step);
            for (int l = 0; l < int(net.layers.size()); ++l) {
                const bool isElsewhere = std::ranges::any_of(
                    net.blocks, [&](const nn::Block &block) { return &block != &net.blocks[b] && isInside(block, l); });
                if (plan.slotOf[l] >= 0 && !isElsewhere)
                    QCOMPARE(holds[plan.slotOf[l]], l);
            }
        }
    }

    void checkpoints_need_less_than_half_of_a_traces_memory()
    {
        const nn::Network net = network("resnet50");
        const std::size_t some = bytesOf(makePlan(net, {1, 3, 224, 224}, Mode::Checkpoints));
        const std::size_t all = bytesOf(makePlan(net, {1, 3, 224, 224}, Mode::Trace));
        QVERIFY2(some < all / 2, QByteArray::number(double(some) / double(all)));
    }

    void fast_mode_needs_little_memory()
    {
        const nn::Network net = network("resnet50");
        const std::size_t fast = bytesOf(makePlan(net, {1, 3, 224, 224}, Mode::Fast));
        const std::size_t trace = bytesOf(makePlan(net, {1, 3, 224, 224}, Mode::Trace));
        QVERIFY2(fast <= 12u << 20, QByteArray::number(qulonglong(fast)));
        QVERIFY2(trace >= 100u << 20, QByteArray::number(qulonglong(trace)));
    }
};

QTEST_GUILESS_MAIN(PlanTest)
#include "plan_test.moc"
