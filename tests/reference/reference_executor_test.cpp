// The reference keeps the promises of nn::Executor.
#include "nn/generated_parameters.h"
#include "reference/executor.h"
#include "reference/pointwise.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <thread>

using namespace reslens;

namespace {

std::unique_ptr<nn::Executor> executorFor(const char *architecture,
                                          reference::Arithmetic arithmetic = reference::Arithmetic::Fast)
{
    return reference::makeExecutor(test::generatedModel(architecture), "asked for by a test", arithmetic);
}

const Shape kCifar{1, 3, 32, 32};

/// Returns the n-th image of a batch.
Tensor imageOf(const Tensor &batch, int n)
{
    Tensor image(Shape{1, batch.shape.c, batch.shape.h, batch.shape.w});
    std::copy_n(batch.values.begin() + std::ptrdiff_t(batch.index(n, 0, 0, 0)), image.values.size(),
                image.values.begin());
    return image;
}

nn::RunOptions scaled(const nn::Executor &executor, nn::BlockScale scale)
{
    nn::RunOptions options;
    options.scales.assign(executor.model().network.blocks.size(), scale);
    return options;
}

} // namespace

class ReferenceExecutorTest : public QObject {
    Q_OBJECT

private slots:
    void it_says_what_and_why_it_is()
    {
        const auto executor = executorFor("resnet20");
        QCOMPARE(executor->device().name, std::string("CPU reference"));
        QCOMPARE(executor->device().kind, std::string("reference"));
        QCOMPARE(executor->device().reason, std::string("asked for by a test"));
        QVERIFY(!executor->device().isVulkan);
        QCOMPARE(executor->model().name, std::string("resnet20"));
        QVERIFY(executor->memoryBytes() >= std::size_t(nn::parameterCount(executor->model().network)) * sizeof(float));
    }

    void both_modes_give_the_same_answer()
    {
        const auto executor = executorFor("resnet18");
        const Tensor input = nn::generateInput({2, 3, 40, 48});
        const auto forward = executor->forward(input, {});
        const auto trace = executor->trace(input, {});
        QCOMPARE(forward->logits.shape, (Shape{2, 1000, 1, 1}));
        QCOMPARE((*trace)->forward().logits.values, forward->logits.values);
        QCOMPARE((*trace)->forward().probabilities.values, forward->probabilities.values);
        for (int n = 0; n < 2; ++n) {
            const Tensor p = imageOf(forward->probabilities, n);
            double sum = 0;
            for (const float value : p.values)
                sum += value;
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
    }

    void a_trace_keeps_every_layer_of_the_right_shape()
    {
        const auto executor = executorFor("resnet20_b");
        const Tensor input = nn::generateInput({2, 3, 32, 32});
        const auto trace = executor->trace(input, {});
        const nn::Network &network = executor->model().network;
        QCOMPARE((*trace)->shapes(), nn::layerShapes(network, input.shape));
        for (int l = 0; l < int(network.layers.size()); ++l) {
            const auto output = (*trace)->read(l);
            QVERIFY2(output, network.layers[l].name.c_str());
            QCOMPARE(output->shape, (*trace)->shapes()[l]);
            QCOMPARE(output->values.size(), output->shape.count());
        }
        QCOMPARE((*trace)->read(0)->values, input.values);
        for (const int outside : {-1, int(network.layers.size())})
            QVERIFY((*trace)->read(outside).error().kind == ErrorKind::NotFound);
    }

    void a_trace_stays_valid_after_another_run()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = executor->trace(nn::generateInput(kCifar), {});
        const int y = executor->model().network.blocks[3].y;
        const Tensor before = (*trace)->read(y).value();
        QVERIFY(executor->trace(Tensor(kCifar, 0.5f), {}));
        QVERIFY(executor->forward(Tensor({3, 3, 32, 32}, 0.5f), {}));
        QCOMPARE((*trace)->read(y)->values, before.values);
    }

    void a_batch_of_n_equals_n_runs_of_one_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char *name : {"resnet20", "plain20", "resnet18", "resnext50_32x4d"})
            QTest::newRow(name) << name;
    }

    void a_batch_of_n_equals_n_runs_of_one()
    {
        QFETCH(QString, architecture);
        const auto executor = executorFor(architecture.toUtf8());
        const Tensor batch = nn::generateInput({3, 3, 32, 32});
        const auto together = executor->forward(batch, {});
        for (int n = 0; n < 3; ++n) {
            const auto alone = executor->forward(imageOf(batch, n), {});
            const Tensor expected = imageOf(together->logits, n);
            QVERIFY2(test::relativeError(alone->logits, expected) <= 1e-5, test::worst(alone->logits, expected));
        }
    }

    void the_same_input_gives_the_same_bits()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kCifar);
        QCOMPARE(executor->forward(input, {})->logits.values, executor->forward(input, {})->logits.values);
    }

    void scales_of_one_change_nothing()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kCifar);
        QCOMPARE(executor->forward(input, scaled(*executor, {1, 1}))->logits.values,
                 executor->forward(input, {})->logits.values);
    }

    void u_is_alpha_s_plus_beta_F()
    {
        const auto executor = executorFor("resnet20_b");
        nn::RunOptions options = scaled(*executor, {});
        for (std::size_t b = 0; b < options.scales.size(); ++b)
            options.scales[b] = {0.25f * float(b), 1.5f - 0.5f * float(b)};
        const auto trace = executor->trace(nn::generateInput(kCifar), options);
        for (std::size_t b = 0; b < options.scales.size(); ++b) {
            const nn::Block &block = executor->model().network.blocks[b];
            const Tensor s = (*trace)->read(block.s).value(), F = (*trace)->read(block.F).value();
            const Tensor u = (*trace)->read(block.u).value(), y = (*trace)->read(block.y).value();
            Tensor expected(u.shape);
            for (std::size_t i = 0; i < expected.values.size(); ++i)
                expected.values[i] = options.scales[b].alpha * s.values[i] + options.scales[b].beta * F.values[i];
            QVERIFY2(test::relativeError(u, expected) <= 1e-6, test::worst(u, expected));
            QCOMPARE(y.values, reference::relu(u).values);
        }
    }

    void a_lesioned_block_passes_its_shortcut_through_the_relu()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kCifar);
        for (const int lesioned : {1, 3}) { // an identity and a zero-padded shortcut
            nn::RunOptions options = scaled(*executor, {});
            options.scales[lesioned].beta = 0;
            const auto trace = executor->trace(input, options);
            const nn::Block &block = executor->model().network.blocks[lesioned];
            QCOMPARE((*trace)->read(block.y)->values, reference::relu((*trace)->read(block.s).value()).values);
            QVERIFY((*trace)->forward().logits.values != executor->forward(input, {})->logits.values);
        }
    }

    void without_any_skip_every_sum_is_its_branch()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = executor->trace(nn::generateInput(kCifar), scaled(*executor, {0, 1}));
        for (const nn::Block &block : executor->model().network.blocks)
            QCOMPARE((*trace)->read(block.u)->values, (*trace)->read(block.F)->values);
    }

    void plain_networks_ignore_scales()
    {
        const auto executor = executorFor("plain20");
        const Tensor input = nn::generateInput(kCifar);
        QCOMPARE(executor->forward(input, scaled(*executor, {0, 0}))->logits.values,
                 executor->forward(input, {})->logits.values);
    }

    void layer_times_are_given_when_asked_for()
    {
        const auto executor = executorFor("resnet20");
        nn::RunOptions options;
        QVERIFY(executor->forward(nn::generateInput(kCifar), options)->times.empty());
        options.timesLayers = true;
        const auto forward = executor->forward(nn::generateInput(kCifar), options);
        const nn::Network &network = executor->model().network;
        QCOMPARE(forward->times.size(), network.layers.size());
        double sum = 0;
        for (int l = 0; l < int(network.layers.size()); ++l) {
            QCOMPARE(forward->times[l].layer, l);
            QVERIFY(forward->times[l].ms >= 0);
            sum += forward->times[l].ms;
        }
        QVERIFY(sum > 0 && sum <= forward->wallMs);
        QCOMPARE(forward->times[1].kernel, std::string("conv 3x3, oneDNN"));
        QCOMPARE(forward->times[2].kernel, std::string("batch norm"));
    }

    void a_stopped_run_is_cancelled_before_it_begins()
    {
        const auto executor = executorFor("resnet20");
        std::stop_source source;
        source.request_stop();
        nn::RunOptions options;
        options.stop = source.get_token();
        QVERIFY(executor->forward(nn::generateInput(kCifar), options).error().kind == ErrorKind::Cancelled);
        QVERIFY(executor->trace(nn::generateInput(kCifar), options).error().kind == ErrorKind::Cancelled);
    }

    void a_running_forward_pass_is_cancelled_within_a_quarter_of_a_second()
    {
        const auto executor = executorFor("resnet110", reference::Arithmetic::Naive); // a whole run takes seconds
        std::stop_source source;
        nn::RunOptions options;
        options.stop = source.get_token();
        QElapsedTimer sinceStop;
        const std::jthread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            sinceStop.start();
            source.request_stop();
        });
        const auto forward = executor->forward(nn::generateInput({4, 3, 32, 32}), options);
        QVERIFY(!forward);
        QVERIFY(forward.error().kind == ErrorKind::Cancelled);
        QVERIFY2(sinceStop.elapsed() <= 250, qPrintable(QString("%1 ms").arg(sinceStop.elapsed())));
    }

    void a_wrong_input_is_refused_with_both_shapes()
    {
        const auto executor = executorFor("resnet20");
        for (const Shape &shape : {Shape{1, 1, 32, 32}, Shape{0, 3, 32, 32}, Shape{1, 3, 0, 32}, Shape{1, 3, 32, -1}}) {
            Tensor input;
            input.shape = shape;
            const auto forward = executor->forward(input, {});
            QVERIFY(!forward);
            QVERIFY(forward.error().kind == ErrorKind::Mismatch);
            QCOMPARE(forward.error().message(), "input: has shape " + shape.text() + ", the network needs Nx3xHxW");
        }
        Tensor tooShort(kCifar);
        tooShort.values.pop_back();
        QVERIFY(executor->forward(tooShort, {}).error().kind == ErrorKind::Mismatch);
    }

    void a_wrong_number_of_scales_is_refused()
    {
        const auto executor = executorFor("resnet20");
        nn::RunOptions options;
        options.scales.resize(3);
        const auto forward = executor->forward(nn::generateInput(kCifar), options);
        QVERIFY(forward.error().kind == ErrorKind::Mismatch);
        QCOMPARE(forward.error().message(), std::string("scales: has 3 entries, the network has 9 blocks"));
    }

    void the_smallest_image_runs()
    {
        for (const char *name : {"resnet18", "resnet20"}) {
            const auto forward = executorFor(name)->forward(nn::generateInput({1, 3, 1, 1}), {});
            QVERIFY2(forward, name);
            QVERIFY(std::ranges::all_of(forward->logits.values, [](float v) { return std::isfinite(v); }));
        }
    }
};

QTEST_GUILESS_MAIN(ReferenceExecutorTest)
#include "reference_executor_test.moc"
