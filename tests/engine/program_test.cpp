// Passes as programs: fused layers, kept layers, shared buffers, and the gradients' ways.
#include "engine/gradient_program.h"
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

/// Runs the program on names instead of tensors. Every slot holds the last written layer, and every read must find its
/// layer.
QByteArray firstWrongRead(const Program &program)
{
    std::map<int, int> holds{{program.bufferOf[program.input], program.input}};
    for (const Step &step : program.steps) {
        for (const int layer : step.sources()) {
            if (layer < program.external)
                continue;
            if (holds[program.bufferOf[layer]] != layer)
                return "step for layer " + QByteArray::number(step.writes) + " reads a buffer that was overwritten";
            if (program.bufferOf[layer] == program.bufferOf[step.writes])
                return "step for layer " + QByteArray::number(step.writes) + " writes what it reads";
        }
        holds[program.bufferOf[step.writes]] = step.writes;
    }
    return {};
}

std::size_t bytesOf(const Program &program)
{
    std::size_t texels = 0;
    for (const std::size_t slot : program.bufferTexels)
        texels += slot;
    return texels * 16;
}

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT
private slots:
    void fast_mode_takes_one_dispatch_a_convolution()
    {
        // ResNet-18: 20 convolutions (3 of them projections), max-pool, average pool, linear, softmax.
        QCOMPARE(makeForwardProgram(network("resnet18"), {1, 3, 224, 224}, Keep::Results).steps.size(), 24u);
        // ResNet-20: 19 convolutions, 2 zero-padded shortcuts, average pool, linear, softmax.
        QCOMPARE(makeForwardProgram(network("resnet20"), {1, 3, 32, 32}, Keep::Results).steps.size(), 24u);
    }

    void fast_mode_fuses_the_addition_with_its_block()
    {
        const nn::Network resnet = network("resnet18");
        const Program program = makeForwardProgram(resnet, {1, 3, 224, 224}, Keep::Results);
        std::set<int> blocks;
        for (const Step &step : program.steps)
            if (step.operand >= 0) {
                QCOMPARE(step.operand, resnet.blocks[step.block].s);
                QCOMPARE(step.writes, resnet.blocks[step.block].y);
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
        const Program program = makeForwardProgram(net, {1, 3, 64, 64}, Keep::All);
        std::set<int> layers, buffers;
        for (int block = -1; block < int(net.blocks.size()); ++block)
            for (const nn::Tap &tap : nn::tapsOf(net, block)) {
                QVERIFY2(program.bufferOf[tap.layer] >= 0, tap.name.c_str());
                layers.insert(tap.layer);
                buffers.insert(program.bufferOf[tap.layer]);
            }
        QCOMPARE(buffers.size(), layers.size()); // each has its own buffer
        QCOMPARE(firstWrongRead(program), QByteArray());
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
        QCOMPARE(firstWrongRead(makeForwardProgram(network(name), {2, 3, 64, 64}, Keep::Results)), QByteArray());
    }

    void a_block_that_runs_again_finds_what_it_reads_and_leaves_what_others_need_data()
    {
        buffers_are_reused_only_when_nobody_reads_them_any_more_data();
    }

    void a_block_that_runs_again_finds_what_it_reads_and_leaves_what_others_need()
    {
        QFETCH(QByteArray, name);
        const nn::Network net = network(name);
        const Program program = makeForwardProgram(net, {2, 3, 64, 64}, Keep::BetweenBlocks);
        QCOMPARE(firstWrongRead(program), QByteArray());
        std::map<int, int> holds{{program.bufferOf[0], 0}};
        const auto run = [&](const Step &step) { holds[program.bufferOf[step.writes]] = step.writes; };
        const auto isInside = [](const nn::Block &block, int l) { return l >= block.firstLayer && l < block.y; };
        std::ranges::for_each(program.steps, run);
        for (int b = int(net.blocks.size()) - 1; b >= 0; --b) {
            for (const Step &step : program.steps)
                if (step.writes >= net.blocks[b].firstLayer && step.writes <= net.blocks[b].y)
                    run(step);
            for (int l = 0; l < int(net.layers.size()); ++l) {
                const bool isElsewhere = std::ranges::any_of(
                    net.blocks, [&](const nn::Block &block) { return &block != &net.blocks[b] && isInside(block, l); });
                if (program.bufferOf[l] >= 0 && !isElsewhere)
                    QCOMPARE(holds[program.bufferOf[l]], l);
            }
        }
    }

    void gradients_are_read_before_their_buffers_are_reused_data()
    {
        buffers_are_reused_only_when_nobody_reads_them_any_more_data();
    }

    void gradients_are_read_before_their_buffers_are_reused()
    {
        QFETCH(QByteArray, name);
        const nn::Network net = network(name);
        const Program forward = makeForwardProgram(net, {1, 3, 64, 64}, Keep::All);
        for (const Keep keep : {Keep::All, Keep::BetweenBlocks, Keep::Results})
            QCOMPARE(firstWrongRead(makeGradientProgram(net, forward, net.logits, keep).program), QByteArray());
        QCOMPARE(firstWrongRead(makePathProgram(net, forward).program), QByteArray());
    }

    void what_arrives_at_a_block_is_the_sum_of_what_came_through_its_skip_and_its_branch()
    {
        for (const char *name : {"resnet18", "resnet20", "resnet20_b", "resnext50_32x4d"}) {
            const nn::Network net = network(name);
            const Program forward = makeForwardProgram(net, {1, 3, 64, 64}, Keep::All);
            const GradientProgram made = makeGradientProgram(net, forward, net.logits, Keep::All);
            for (const BlockGradientValues &block : made.blocks) {
                const auto sum = std::ranges::find(made.program.steps, block.gx, &Step::writes);
                QVERIFY(sum != made.program.steps.end());
                QCOMPARE(sum->reads, (std::vector<int>{block.gs, block.gF}));
                QVERIFY(block.gy >= 0 && block.gu >= 0);
            }
        }
    }

    void what_a_layer_in_the_middle_is_differentiated_by_ends_at_that_layer()
    {
        const nn::Network net = network("resnet50");
        const Program forward = makeForwardProgram(net, {1, 3, 64, 64}, Keep::All);
        const nn::Block &block = net.blocks[6];
        for (const int layer : {0, net.stem, block.F, block.s, block.u, block.y, net.features, net.probabilities}) {
            const GradientProgram made = makeGradientProgram(net, forward, layer, Keep::BetweenBlocks);
            QCOMPARE(made.program.input, made.ofLayer[layer]);
            QVERIFY(made.ofLayer[0] >= 0);
            QCOMPARE(firstWrongRead(made.program), QByteArray());
            for (int l = layer + 1; l < int(net.layers.size()); ++l)
                QVERIFY(made.ofLayer[l] < 0 && !made.dependsOn[l]);
        }
    }

    void checkpoints_need_less_than_half_of_a_traces_memory()
    {
        const nn::Network net = network("resnet50");
        const std::size_t some = bytesOf(makeForwardProgram(net, {1, 3, 224, 224}, Keep::BetweenBlocks));
        const std::size_t all = bytesOf(makeForwardProgram(net, {1, 3, 224, 224}, Keep::All));
        QVERIFY2(some < all / 2, QByteArray::number(double(some) / double(all)));
    }

    void fast_mode_needs_little_memory()
    {
        const nn::Network net = network("resnet50");
        const std::size_t fast = bytesOf(makeForwardProgram(net, {1, 3, 224, 224}, Keep::Results));
        const std::size_t trace = bytesOf(makeForwardProgram(net, {1, 3, 224, 224}, Keep::All));
        QVERIFY2(fast <= 12u << 20, QByteArray::number(qulonglong(fast)));
        QVERIFY2(trace >= 100u << 20, QByteArray::number(qulonglong(trace)));
    }
};

QTEST_GUILESS_MAIN(ProgramTest)
#include "program_test.moc"
