// Where memory does not suffice, less is kept and more is computed again: the answers are the same bits, or an error.
#include "engine/executor.h"
#include "engine/plan.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "nn/resnet.h"
#include "vulkan/context.h"

#include "engine/validated_device.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace reslens;
using namespace reslens::engine;

namespace {

constexpr Shape kShape{2, 3, 48, 48};

constexpr Shape kOne{1, 3, 48, 48}; // gradients by path length are of one image

std::size_t bytesOf(const std::vector<std::size_t> &texels)
{
    return 16 * std::accumulate(texels.begin(), texels.end(), std::size_t(0));
}

std::size_t bytesOf(const nn::Network &network, Mode mode, Shape shape = kShape)
{
    return bytesOf(makePlan(network, shape, mode).slotTexels);
}

std::size_t bytesOf(const nn::Network &network, Keep keep)
{
    const std::vector<Shape> shapes = makePlan(network, kShape, Mode::Trace).shapes;
    return bytesOf(makeGradientPlan(network, shapes, keep).bufferTexels);
}

std::size_t bytesOfPaths(const nn::Network &network)
{
    return bytesOf(makePathPlan(network, makePlan(network, kOne, Mode::Trace).shapes).bufferTexels);
}

/// An executor on a device of its own that has so much memory.
struct Limited {
    std::shared_ptr<const vulkan::Context> context;
    std::unique_ptr<KernelStore> kernels;
    std::unique_ptr<VulkanExecutor> executor;

    Limited(std::shared_ptr<const nn::Model> model, std::size_t limitBytes)
    {
        auto opened = vulkan::Context::open(
            {.validates = true, .onMessage = test::printMessage, .memory = {.limitBytes = limitBytes}});
        if (!opened)
            throw std::runtime_error(opened.error().message());
        context = *opened;
        kernels = std::make_unique<KernelStore>(*context);
        executor = std::make_unique<VulkanExecutor>(*kernels, nullptr, nn::DeviceInfo{}, std::move(model));
    }
};

bool tells(const Limited &limited, const char *what)
{
    return std::ranges::any_of(limited.executor->economies(),
                               [&](const std::string &words) { return words.find(what) != std::string::npos; });
}

bool isOutOfMemory(const Error &error)
{
    return error.kind == ErrorKind::Device && error.problem.find("out of memory") != std::string::npos;
}

/// The first thing that `trace` says otherwise than `expected`, whose layers are asked for from the last to the first.
QByteArray firstDifference(const nn::Network &network, const nn::Trace &trace, const nn::Trace &expected)
{
    if (trace.forward().logits.values != expected.forward().logits.values)
        return "the logits";
    for (int l = int(network.layers.size()) - 1; l >= 0; --l) {
        const auto found = trace.read(l), wanted = expected.read(l);
        if (bool(found) != bool(wanted) || (found && found->values != wanted->values))
            return QByteArray::fromStdString(network.layers[l].name);
        if (found && (*trace.moments(l)).square != (*expected.moments(l)).square)
            return "moments of " + QByteArray::fromStdString(network.layers[l].name);
    }
    for (const int b : {3, 0, 8, 8, 4})
        if (const auto found = trace.blockSums(network, b), wanted = expected.blockSums(network, b);
            found->sF != wanted->sF || found->uu != wanted->uu)
            return "sums of block " + QByteArray::number(b);
    return {};
}

QByteArray firstDifference(const nn::Network &network, const nn::Gradients &gradients, const nn::Gradients &expected)
{
    for (int l = 0; l < int(network.layers.size()); ++l) {
        const auto found = gradients.value(l), wanted = expected.value(l);
        if (bool(found) != bool(wanted) || (found && found->values != wanted->values))
            return "value of " + QByteArray::fromStdString(network.layers[l].name);
    }
    for (const nn::ParameterSpec &spec : nn::parametersOf(network)) {
        const auto found = gradients.ofParameter(spec.name), wanted = expected.ofParameter(spec.name);
        if (bool(found) != bool(wanted) || (found && *found != *wanted))
            return QByteArray::fromStdString(spec.name);
    }
    for (const int b : {0, 8, 5}) {
        const auto found = gradients.ofBlock(b), wanted = expected.ofBlock(b);
        if (found->gF.values != wanted->gF.values || found->gs.values != wanted->gs.values)
            return "block " + QByteArray::number(b);
    }
    return {};
}

std::unique_ptr<nn::Gradients> backward(const nn::Trace &trace, const nn::RunOptions &options = {})
{
    auto gradients = nn::backward(trace, {}, options);
    return gradients ? std::move(*gradients) : nullptr;
}

} // namespace

class OutOfMemoryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        auto model = std::make_shared<nn::Model>();
        model->network = nn::buildNetwork(*nn::architectureNamed("resnet20"));
        model->parameters = nn::generateParameters(model->network);
        m_model = model;
        m_plenty = std::make_unique<Limited>(m_model, 0);
        m_weightBytes = m_plenty->context->memory().usedBytes();
        m_expected = *m_plenty->executor->trace(m_input, {});
        m_gradients = backward(*m_expected);
        QVERIFY(m_gradients);
        m_fullBytes = m_plenty->context->memory().usedBytes();
        QVERIFY(m_plenty->executor->economies().empty());
    }

    void a_trace_that_does_not_fit_keeps_what_goes_between_blocks()
    {
        const std::size_t all = bytesOf(network(), Mode::Trace), few = bytesOf(network(), Mode::Checkpoints);
        QVERIFY2(few < all / 2, QByteArray::number(double(few) / double(all)));
        const Limited limited(m_model, m_weightBytes + few + (all - few) / 2);
        const auto trace = limited.executor->trace(m_input, {});
        QVERIFY2(trace, trace ? "" : trace.error().message().c_str());
        QVERIFY(limited.context->memory().peakBytes() < m_weightBytes + all);
        QVERIFY(tells(limited, "activations"));
        const QByteArray difference = firstDifference(network(), **trace, *m_expected);
        QVERIFY2(difference.isEmpty(), difference);
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void a_trace_of_checkpoints_resumes_with_other_scales()
    {
        const Limited limited(m_model, m_weightBytes + bytesOf(network(), Mode::Checkpoints) + (1u << 20));
        auto trace = limited.executor->trace(m_input, {}), expected = m_plenty->executor->trace(m_input, {});
        QVERIFY(trace && expected);
        for (const int block : {8, 4, 1}) {
            QVERIFY((*trace)->read(network().blocks[2].F)); // some other block's inside is there before
            nn::RunOptions options;
            options.scales.resize(network().blocks.size());
            options.scales[block].beta = 0;
            QVERIFY(limited.executor->resume(**trace, block, options));
            QVERIFY(m_plenty->executor->resume(**expected, block, options));
            const QByteArray difference = firstDifference(network(), **trace, **expected);
            QVERIFY2(difference.isEmpty(), difference);
        }
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void with_every_amount_of_memory_answers_are_the_same_or_an_error()
    {
        bool wasTooLittle = false, wasRecomputed = false, wasEnough = false;
        const std::size_t all = bytesOf(network(), Mode::Trace);
        for (std::size_t limit = m_weightBytes; limit < m_weightBytes + 4 * all && !wasEnough; limit += all / 6) {
            const Limited limited(m_model, limit);
            const auto trace = limited.executor->trace(m_input, {});
            const auto gradients = trace ? nn::backward(**trace, {}, {}) : tl::unexpected(trace.error());
            if (!gradients) {
                QVERIFY2(isOutOfMemory(gradients.error()), gradients.error().message().c_str());
                QVERIFY2(!wasRecomputed, "less memory had sufficed");
                wasTooLittle = true;
                continue;
            }
            const bool isEnough = limited.context->memory().usedBytes() >= m_fullBytes;
            (isEnough ? wasEnough : wasRecomputed) = true;
            QCOMPARE(tells(limited, "gradients"), !isEnough); // they need the most, and are the first to be given up
            const QByteArray difference = firstDifference(network(), **gradients, *m_gradients);
            QVERIFY2(difference.isEmpty(), difference);
            QCOMPARE(limited.context->messageCount(), 0);
        }
        QVERIFY(wasTooLittle);
        QVERIFY(wasRecomputed);
        QVERIFY(wasEnough);
    }

    void a_trace_that_somebody_looks_at_makes_room_for_its_gradients()
    {
        const std::size_t all = bytesOf(network(), Mode::Trace), few = bytesOf(network(), Mode::Checkpoints);
        const std::size_t gradients = bytesOf(network(), Keep::BetweenBlocks);
        QVERIFY(few + gradients < all);
        const Limited limited(m_model, 2 * m_weightBytes + all + gradients / 2);
        const auto trace = limited.executor->trace(m_input, {});
        QVERIFY(trace && (*trace)->read(network().blocks[3].F));
        QVERIFY(limited.executor->economies().empty());
        const auto found = nn::backward(**trace, {}, {});
        QVERIFY2(found, found ? "" : found.error().message().c_str());
        QVERIFY(tells(limited, "activations") && tells(limited, "gradients"));
        for (int again = 0; again < 2; ++again) {
            const QByteArray gradient = firstDifference(network(), **found, *m_gradients);
            QVERIFY2(gradient.isEmpty(), gradient);
            const QByteArray activation = firstDifference(network(), **trace, *m_expected);
            QVERIFY2(activation.isEmpty(), activation);
        }
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void gradients_and_traces_that_somebody_holds_make_room_for_those_by_path_length()
    {
        const Tensor input = nn::generateInput(kOne);
        const auto wholeTrace = m_plenty->executor->trace(input, {});
        const Tensor expected = *nn::gradientsByPathLength(**wholeTrace, {}, {});
        const auto whole = backward(**wholeTrace);
        const std::size_t few = bytesOf(network(), Mode::Checkpoints, kOne), paths = bytesOfPaths(network());
        const Limited limited(m_model, 2 * m_weightBytes + few + paths + (256u << 10));
        const auto trace = limited.executor->trace(input, {});
        const auto gradients = backward(**trace);
        QVERIFY(gradients && (*gradients).ofParameter("fc.weight"));
        const auto byLength = nn::gradientsByPathLength(**trace, {}, {});
        QVERIFY2(byLength, byLength ? "" : byLength.error().message().c_str());
        QCOMPARE(byLength->values, expected.values);
        QVERIFY(tells(limited, "activations") && tells(limited, "gradients"));
        const QByteArray difference = firstDifference(network(), *gradients, *whole);
        QVERIFY2(difference.isEmpty(), difference);
        const QByteArray activation = firstDifference(network(), **trace, **wholeTrace);
        QVERIFY2(activation.isEmpty(), activation);
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void gradients_that_were_given_up_for_room_are_refused_once_their_trace_ran_again()
    {
        const Tensor input = nn::generateInput(kOne);
        const std::size_t few = bytesOf(network(), Mode::Checkpoints, kOne), paths = bytesOfPaths(network());
        const Limited limited(m_model, 2 * m_weightBytes + few + paths + (256u << 10));
        const auto trace = limited.executor->trace(input, {});
        const auto gradients = backward(**trace);
        QVERIFY(gradients && nn::gradientsByPathLength(**trace, {}, {}));
        nn::RunOptions cut;
        cut.scales.resize(network().blocks.size());
        cut.scales[4].beta = 0;
        QVERIFY(limited.executor->resume(**trace, 4, cut));
        const auto refused = gradients->ofBlock(2);
        QVERIFY(!refused && refused.error().kind == ErrorKind::Unsupported);
        const auto expected = m_plenty->executor->trace(input, cut);
        const QByteArray difference = firstDifference(network(), **trace, **expected);
        QVERIFY2(difference.isEmpty(), difference);
        const auto anew = backward(**trace), expectedAnew = backward(**expected);
        const QByteArray gradient = firstDifference(network(), *anew, *expectedAnew);
        QVERIFY2(gradient.isEmpty(), gradient);
    }

    void recomputed_gradients_of_a_trace_that_ran_again_are_refused()
    {
        const Limited limited(m_model, m_fullBytes - bytesOf(network(), Mode::Trace) / 4);
        const auto trace = limited.executor->trace(m_input, {});
        QVERIFY(trace);
        const auto gradients = nn::backward(**trace, {}, {});
        QVERIFY2(gradients, gradients ? "" : gradients.error().message().c_str());
        QVERIFY(limited.executor->resume(**trace, 3, {}));
        QVERIFY((*gradients)->ofInput()); // kept
        const auto refused = (*gradients)->ofBlock(7);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == ErrorKind::Unsupported);
    }

    void a_batch_that_does_not_fit_runs_in_halves()
    {
        const Tensor batch = nn::generateInput({6, 3, 64, 64});
        const auto expected = m_plenty->executor->forward(batch, {});
        std::size_t whole = 0;
        for (const std::size_t texels : makePlan(network(), batch.shape, Mode::Fast).slotTexels)
            whole += texels * 16;
        const Limited limited(m_model, m_weightBytes + whole * 3 / 4);
        const auto forward = limited.executor->forward(batch, {});
        QVERIFY2(forward, forward ? "" : forward.error().message().c_str());
        QCOMPARE(forward->logits.shape, expected->logits.shape);
        QCOMPARE(forward->logits.values, expected->logits.values);
        QVERIFY(tells(limited, "batch"));
        QVERIFY(limited.executor->forward(m_input, {})); // which fits
        QVERIFY(!tells(limited, "batch"));
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void without_room_for_winograds_weights_the_direct_kernels_answer()
    {
        auto model = std::make_shared<nn::Model>();
        model->network = nn::buildNetwork(*nn::architectureNamed("resnet18"));
        model->parameters = nn::generateParameters(model->network);
        const Tensor input = nn::generateInput({1, 3, 112, 112}); // large enough for Winograd by default
        const Limited plenty(model, 0);
        const std::size_t weightBytes = plenty.context->memory().usedBytes();
        const auto expected = plenty.executor->forward(input, {});
        QVERIFY(expected);
        const std::size_t usedBytes = plenty.context->memory().usedBytes();

        const Limited limited(model, usedBytes - (2u << 20));
        const auto forward = limited.executor->forward(input, {});
        QVERIFY2(forward, forward ? "" : forward.error().message().c_str());
        QVERIFY(limited.kernels->sparesMemory());
        QVERIFY(tells(limited, "Winograd"));
        QVERIFY(limited.context->memory().usedBytes() > weightBytes);
        for (std::size_t i = 0; i < forward->logits.values.size(); ++i)
            QVERIFY(std::abs(forward->logits.values[i] - expected->logits.values[i]) < 1e-4f);
        QCOMPARE(*limited.executor->tune(input.shape, {}), 0); // for which there is no room either
        QCOMPARE(limited.context->messageCount(), 0);
    }

    void memory_kept_for_later_makes_room()
    {
        const std::size_t all = bytesOf(network(), Mode::Trace);
        const Limited limited(m_model, m_weightBytes + all + all / 2);
        QVERIFY(limited.executor->trace(m_input, {})); // recorded, and free again
        const Shape other{2, 3, 40, 48};
        const auto trace = limited.executor->trace(nn::generateInput(other), {});
        QVERIFY(trace);
        QVERIFY(limited.context->memory().usedBytes() < m_weightBytes + all + all / 4);
    }

private:
    const nn::Network &network() const { return m_model->network; }

    const Tensor m_input = nn::generateInput(kShape);
    std::shared_ptr<const nn::Model> m_model;
    std::unique_ptr<Limited> m_plenty;
    std::size_t m_weightBytes = 0, m_fullBytes = 0; // without passes, and with a trace and its gradients
    std::unique_ptr<nn::Trace> m_expected;
    std::unique_ptr<nn::Gradients> m_gradients;
};

QTEST_GUILESS_MAIN(OutOfMemoryTest)
#include "out_of_memory_test.moc"
