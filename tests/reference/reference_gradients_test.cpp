// The reference keeps the promises of nn::Gradients.
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "reference/executor.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QTest>

#include <algorithm>

using namespace reslens;

namespace {

const Shape kSmall{1, 3, 12, 12};

std::unique_ptr<nn::Executor> executorFor(const char *architecture)
{
    return reference::makeExecutor(test::generatedModel(architecture), "asked for by a test");
}

std::unique_ptr<nn::Trace> traceOf(nn::Executor &executor, Shape shape = kSmall)
{
    return executor.trace(nn::generateInput(shape), {}).value();
}

std::unique_ptr<nn::Gradients> gradientsOf(const nn::Trace &trace, const nn::Objective &objective = {},
                                           const nn::RunOptions &options = {})
{
    return nn::backward(trace, objective, options).value();
}

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

Tensor combined(const Tensor &a, float factor, const Tensor &b)
{
    Tensor sum = a;
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += factor * b.values[i];
    return sum;
}

} // namespace

class ReferenceGradientsTest : public QObject {
    Q_OBJECT

private slots:
    void skip_and_branch_add_up_to_what_arrives_at_the_input_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char *name : {"resnet20", "resnet20_b", "resnext50_32x4d"})
            QTest::newRow(name) << name;
    }

    void skip_and_branch_add_up_to_what_arrives_at_the_input()
    {
        QFETCH(QString, architecture);
        const auto executor = executorFor(architecture.toUtf8());
        const auto trace = traceOf(*executor);
        const auto gradients = gradientsOf(*trace);
        for (int b = 0; b < int(executor->model().network.blocks.size()); ++b) {
            const nn::BlockGradients block = gradients->ofBlock(b).value();
            const Tensor sum = combined(block.gs, 1, block.gF);
            QVERIFY2(test::relativeError(block.gx, sum) <= 1e-6, test::worst(block.gx, sum));
            QCOMPARE(block.gy.values, gradients->value(executor->model().network.blocks[b].y)->values);
        }
    }

    void a_plain_block_has_no_skip()
    {
        const auto executor = executorFor("plain20");
        const auto trace = traceOf(*executor);
        const nn::BlockGradients block = gradientsOf(*trace)->ofBlock(4).value();
        QVERIFY(block.gs.values.empty());
        QCOMPARE(block.gF.values, block.gx.values);
        QVERIFY(!block.gx.values.empty());
    }

    void every_image_of_a_batch_has_its_own_gradient()
    {
        const auto executor = executorFor("resnet20");
        const Tensor batch = nn::generateInput({3, 3, 12, 12});
        const auto together = gradientsOf(*executor->trace(batch, {}).value());
        QCOMPARE(together->objectives().size(), std::size_t(3));
        Tensor parameter;
        for (int n = 0; n < 3; ++n) {
            const auto alone = gradientsOf(*executor->trace(imageOf(batch, n), {}).value());
            QCOMPARE(together->objectives()[n].target, alone->objectives()[0].target);
            QVERIFY(std::abs(together->objectives()[n].value - alone->objectives()[0].value) <= 1e-5);
            const Tensor expected = imageOf(together->ofInput().value(), n);
            QVERIFY2(test::relativeError(alone->ofInput().value(), expected) <= 1e-5,
                     test::worst(alone->ofInput().value(), expected));
            Tensor g({32, 32, 3, 3});
            g.values = alone->ofParameter("layer2.1.conv1.weight").value();
            parameter = n == 0 ? g : combined(parameter, 1, g);
        }
        const std::vector<float> sum = together->ofParameter("layer2.1.conv1.weight").value();
        QVERIFY(test::relativeError(sum, parameter.values) <= 1e-5);
    }

    void the_top_class_of_each_image_is_the_default_target()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = traceOf(*executor, {3, 3, 12, 12});
        const auto gradients = gradientsOf(*trace);
        const Tensor &p = trace->forward().probabilities;
        for (int n = 0; n < 3; ++n) {
            const auto first = p.values.begin() + n * 10;
            const nn::ImageObjective &image = gradients->objectives()[n];
            QCOMPARE(image.target, int(std::max_element(first, first + 10) - first));
            QVERIFY(std::abs(std::exp(image.value) - p(n, image.target, 0, 0)) <= 1e-6);
        }
    }

    void the_scales_of_the_trace_count_in_its_gradients()
    {
        const auto executor = executorFor("resnet20_b");
        const auto trace = executor->trace(nn::generateInput(kSmall), scaled(*executor, {1, 0})).value();
        const auto gradients = gradientsOf(*trace);
        for (int b = 0; b < int(executor->model().network.blocks.size()); ++b) {
            const nn::BlockGradients block = gradients->ofBlock(b).value();
            QVERIFY(std::ranges::all_of(block.gF.values, [](float v) { return v == 0; }));
            QCOMPARE(block.gs.values, block.gx.values);
        }
    }

    // With frozen masks the gradient is sum_k alpha^(n-k) beta^k G_k. It is a polynomial of degree n in beta, so that
    // its differences of order n+1 vanish.
    void scales_given_to_the_backward_pass_alone_leave_the_masks_as_they_were()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = traceOf(*executor);
        const int n = int(executor->model().network.blocks.size());
        Tensor difference(kSmall), size(kSmall);
        double binomial = 1;
        for (int k = 0; k <= n + 1; ++k) {
            const float beta = float(k) / float(n + 1);
            const Tensor g = gradientsOf(*trace, {}, scaled(*executor, {1, beta}))->ofInput().value();
            difference = combined(difference, float(k % 2 ? -binomial : binomial), g);
            for (std::size_t i = 0; i < size.values.size(); ++i)
                size.values[i] += float(binomial) * std::abs(g.values[i]);
            binomial = binomial * (n + 1 - k) / (k + 1);
        }
        QVERIFY2(test::relativeError(combined(size, 1, difference), size) <= 1e-5,
                 test::worst(difference, Tensor(kSmall)));
        const auto unscaled = gradientsOf(*trace)->ofInput(),
                   ones = gradientsOf(*trace, {}, scaled(*executor, {1, 1}))->ofInput();
        QCOMPARE(unscaled->values, ones->values);
    }

    void gradients_outlive_their_trace()
    {
        const auto executor = executorFor("resnet20");
        auto trace = traceOf(*executor);
        const auto gradients = gradientsOf(*trace);
        const std::vector<float> before = gradients->ofParameter("conv1.weight").value();
        trace.reset();
        QVERIFY(executor->trace(nn::generateInput({2, 3, 20, 16}), {}));
        QCOMPARE(gradients->ofParameter("conv1.weight").value(), before);
    }

    void the_forward_pass_is_the_same_after_a_backward_pass()
    {
        const auto executor = executorFor("resnext50_32x4d");
        const Tensor input = nn::generateInput({1, 3, 33, 33});
        const std::vector<float> before = executor->forward(input, {})->logits.values;
        const auto gradients = gradientsOf(*executor->trace(input, {}).value());
        QVERIFY(gradients->ofParameter("layer1.0.conv2.weight"));
        QCOMPARE(executor->forward(input, {})->logits.values, before);
    }

    void what_does_not_exist_is_refused_by_name()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = traceOf(*executor);
        const auto gradients = gradientsOf(*trace);
        const nn::Network &network = executor->model().network;
        for (const int outside : {-1, 9}) {
            const Error error = gradients->ofBlock(outside).error();
            QVERIFY(error.kind == ErrorKind::NotFound);
            QCOMPARE(error.message(), "block " + std::to_string(outside) + ": the network has blocks 0 to 8");
        }
        QVERIFY(gradients->value(-1).error().kind == ErrorKind::NotFound);
        QVERIFY(gradients->value(int(network.layers.size())).error().kind == ErrorKind::NotFound);
        QVERIFY(gradients->value(network.probabilities).error().kind == ErrorKind::Unsupported);
        QCOMPARE(gradients->ofParameter("layer9.conv1.weight").error().message(),
                 std::string("layer9.conv1.weight: the network has no such parameter"));
        QVERIFY(gradients->ofParameter("bn1.running_mean").error().kind == ErrorKind::Unsupported);
    }

    void a_bad_request_is_refused()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = traceOf(*executor);
        QCOMPARE(nn::backward(*trace, {nn::ObjectiveKind::Logit, 10}, {}).error().message(),
                 std::string("target: class 10 is out of range, the network has classes 0 to 9"));
        nn::RunOptions options = scaled(*executor, {1, 1});
        options.scales[4].beta = std::numeric_limits<float>::infinity();
        const Error error = nn::backward(*trace, {}, options).error();
        QVERIFY(error.kind == ErrorKind::InvalidInput);
        QCOMPARE(error.message(), std::string("scales of layer2.1: are not finite"));
        QCOMPARE(executor->forward(nn::generateInput(kSmall), options).error().message(), error.message());
        options.scales.resize(3);
        QVERIFY(nn::backward(*trace, {}, options).error().kind == ErrorKind::Mismatch);
    }

    void a_stopped_backward_pass_is_cancelled()
    {
        const auto executor = executorFor("resnet20");
        const auto trace = traceOf(*executor);
        std::stop_source source;
        source.request_stop();
        nn::RunOptions options;
        options.stop = source.get_token();
        QVERIFY(nn::backward(*trace, {}, options).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ReferenceGradientsTest)
#include "reference_gradients_test.moc"
